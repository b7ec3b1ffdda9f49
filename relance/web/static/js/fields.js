// Fields edited where they stand: a click or Enter opens, Escape cancels, and the focus comes back to the field.

// The field that has the focus next, once its row is drawn again.
let awaited = null;

const opener = (key) => document.querySelector(`#field-${CSS.escape(key)} a.edit-field`);

function focusAwaited() {
  if (!awaited) return;
  const form = document.querySelector(`#field-${CSS.escape(awaited)} [data-field-form]`);
  const active = document.activeElement;
  if (form || (active && active !== document.body && active.isConnected)) return;
  opener(awaited)?.focus({ preventScroll: true });
}

function enter(form) {
  if (form.contains(document.activeElement)) return;
  const wrong = form.querySelector("[aria-invalid=true], [role=alert]");
  const field = form.querySelector("[aria-invalid=true]") || form.querySelector("input:not([type=hidden]), select, textarea");
  if (wrong?.matches("[role=alert]")) form.querySelector(".primary").focus();
  else if (field?.tomselect) field.tomselect.focus();
  else {
    field?.focus();
    if (field?.matches("input:not([type=checkbox], [type=date])")) field.select();
  }
}

function cancel(form) {
  const picker = form.querySelector(".ts-wrapper.dropdown-active");
  if (picker) return false;
  if (form.dataset.show) form.querySelector("[data-cancel-field]").click();
  else form.querySelector("[data-cancel-link]")?.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-field-form]");
  if (form && event.key === "Escape" && cancel(form)) {
    event.preventDefault();
    event.stopPropagation();
  }
  if (form && event.key === "Enter" && event.ctrlKey) form.requestSubmit();
  const button = event.target.closest?.("a[role=button]");
  if (button && event.key === " ") {
    event.preventDefault();
    button.click();
  }
}, true);

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-cancel-link]");
  if (link) {
    const section = link.closest("section");
    link.closest("form").remove();
    section.querySelector("[data-link]")?.focus();
    return;
  }
  const plan = event.target.closest("[data-plan]");
  if (plan?.closest(".element-body, #panel")?.querySelector("[data-composer]")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    document.dispatchEvent(new CustomEvent("composer:focus"));
    return;
  }
  // A click on the value itself opens it too; a link in it stays a link.
  const value = event.target.closest(".field-row:not(.editing) > dd");
  if (value && !event.target.closest("a, button") && !String(window.getSelection())) value.querySelector("a.edit-field")?.click();
}, true);

document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.target.closest?.(".field-row");
  if (row) awaited = row.dataset.key;
});

// Who asks for something at this moment, until the answer is there.
const asking = new Set();
document.addEventListener("htmx:beforeRequest", (event) => asking.add(event.detail.elt));
for (const name of ["htmx:beforeOnLoad", "htmx:afterRequest"]) {
  document.addEventListener(name, (event) => asking.delete(event.detail.elt));
}

// What is being typed is not drawn over by what somebody else has changed; nor is what has just been asked for, whose
// answer would find its place gone, and brings a redrawing of its own.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const target = event.detail.target;
  const busy = target?.id === "element-fields" && [...asking].some((element) => element !== target && target.contains(element));
  if (busy || target?.querySelector?.("[data-field-form], [data-completing]")) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  const form = root.matches?.("[data-field-form]") ? root : root.querySelector?.("[data-field-form]");
  // The pickers of the form are made on the same event.
  if (form) setTimeout(() => form.isConnected && enter(form));
  else setTimeout(focusAwaited);
});
for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(name, focusAwaited);
document.addEventListener("focusin", (event) => {
  if (awaited && !event.target.closest(`#field-${CSS.escape(awaited)}`)) awaited = null;
});

// On a phone the page shows one of its parts, which its address names.
const isElsewhere = () => ["#details", "#linked"].includes(window.location.hash);

function markPart() {
  const shown = isElsewhere() ? window.location.hash : "#activities";
  document.querySelectorAll(".parts > a").forEach((link) => link.setAttribute("aria-current", String(link.hash === shown)));
}

window.addEventListener("hashchange", markPart);
window.addEventListener("composer:focus", () => { if (isElsewhere()) window.location.hash = "activities"; }, true);
markPart();
