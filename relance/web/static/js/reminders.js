// The rows of reminders in a form: added, removed, and an amount of one's own where "Other…" is chosen.

function changed(field) {
  field.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
}

function fit(row) {
  const custom = row.querySelector(".custom");
  custom.hidden = row.querySelector("select[name=reminders]").value !== "custom";
}

document.addEventListener("click", (event) => {
  const field = event.target.closest("[data-reminders]");
  if (!field) return;
  if (event.target.closest("[data-add]")) {
    field.querySelector("[data-rows]").append(field.querySelector("template").content.cloneNode(true));
    [...field.querySelectorAll("[data-row] select[name=reminders]")].at(-1).focus();
    changed(field);
  }
  const removed = event.target.closest("[data-remove]")?.closest("[data-row]");
  if (removed) {
    removed.remove();
    field.querySelector("[data-add]").focus();
    changed(field);
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-reminders] select[name=reminders]")) return;
  const row = event.target.closest("[data-row]");
  fit(row);
  if (event.target.value === "custom") row.querySelector("input").focus();
});

const start = () => {
  // In a part of a page that htmx has put in, these are elements like any others.
  for (const spare of document.querySelectorAll("[data-reminders] noscript")) spare.remove();
  for (const button of document.querySelectorAll("[data-reminders] [data-add]")) button.hidden = false;
};
document.addEventListener("htmx:afterSettle", start);
start();
