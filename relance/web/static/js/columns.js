// The settings of a list: columns are ordered by dragging, or with the two buttons of each.

function say(form, item) {
  const items = [...form.querySelectorAll("ol > li")];
  const words = { label: item.querySelector("label").textContent.trim(), place: items.indexOf(item) + 1, count: items.length };
  const text = form.dataset.moved.replace(/\{(\w+)\}/g, (_all, key) => words[key]);
  document.getElementById("announcement").textContent = text;
}

function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "yes";
  const list = form.querySelector("ol");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  new window.Sortable(list, {
    handle: ".grip",
    animation: still ? 0 : 120,
    ghostClass: "dragged",
    onEnd: (event) => say(form, event.item),
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    if (button.dataset.move === "1") item.nextElementSibling?.after(item);
    else item.previousElementSibling?.before(item);
    button.focus();
    say(form, item);
  });
}

document.addEventListener("htmx:load", () => document.querySelectorAll("form[data-columns]").forEach(start));
document.querySelectorAll("form[data-columns]").forEach(start);
