// Completing where an activity stands: Enter completes and plans what comes next, Escape completes alone.

let opener = null;

const formAt = (place) => place.querySelector("[data-completing]");

function enter(form) {
  const wrong = form.querySelector("[aria-invalid=true]");
  (wrong?.tomselect?.control_input || wrong || form.querySelector("[name=outcome]:checked, [name=note]"))?.focus();
  form.scrollIntoView({ block: "nearest" });
}

async function open(button) {
  for (const form of document.querySelectorAll("[data-completing]")) form.remove();
  const item = button.closest(".planned > li");
  const panel = button.closest("#panel");
  const place = item || panel?.querySelector(".panel-foot");
  if (!place) {
    window.location.assign(button.dataset.complete);
    return;
  }
  opener = { id: button.dataset.id, place: item ? [...item.parentElement.children].indexOf(item) : -1 };
  await window.htmx.ajax("GET", button.dataset.complete, { target: place, swap: item ? "beforeend" : "afterend" });
}

function cancel(form) {
  const box = form.closest(".planned > li, #panel")?.querySelector("[data-done]");
  form.remove();
  opener = null;
  box?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-complete]:not(body)");
  if (button && button.getAttribute("aria-disabled") !== "true") {
    event.preventDefault();
    const shown = formAt(button.closest(".planned > li, #panel") || document.createElement("div"));
    if (shown) cancel(shown);
    else open(button);
  }
  const link = event.target.closest("[data-cancel-completing]");
  if (link && document.querySelector(".planned, .panel-foot")) {
    event.preventDefault();
    cancel(link.closest("[data-completing]"));
  }
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-completing]");
  if (!form || event.target.closest(".dropdown-active")) return;
  const skip = form.querySelector("[data-skip]");
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    form.requestSubmit(skip);
  } else if (event.key === "Enter" && event.target.matches("textarea") && !event.shiftKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".primary"));
  }
}, true);

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-completing]");
  if (!form || event.target.name !== "next_type") return;
  form.querySelector("[data-echo]").dataset.default = JSON.parse(form.dataset.said)[event.target.value] || "";
});

document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  const form = root.matches?.("[data-completing]") ? root : root.querySelector?.("[data-completing]");
  // The picker of the form is made on the same event.
  if (form) setTimeout(() => form.isConnected && enter(form));
});

// What was completed leaves the plan: the focus goes to what stands in its place.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "element-planned" || !opener || opener.place < 0) return;
  const active = document.activeElement;
  if (active && active !== document.body && active.isConnected) return;
  const rows = [...document.querySelectorAll("#element-planned .planned > li")];
  const next = rows[Math.min(opener.place, rows.length - 1)]?.querySelector("[data-open]");
  opener = null;
  (next || document.querySelector("[data-composer] [role=tab]"))?.focus({ preventScroll: true });
});
