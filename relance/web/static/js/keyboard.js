// Keys of the list. Single letters can be switched off in the profile; Escape and the arrows cannot.

const ROWS = "#list tbody tr, .element-body .planned > li, .element-body .history > li[data-id]";
const SHOWN = "#list-frame > #panel :is([data-activity], [data-element])";
const isTyping = (element) =>
  element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .ts-wrapper");
const isBusy = () => document.querySelector("dialog[open], [popover]:popover-open");
const panelShows = () => document.querySelector("#list-frame > #panel > *");
const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

function row() {
  const open = document.querySelector("#list-frame tr.current, #list-frame li.current");
  return document.activeElement?.closest(ROWS) || open || null;
}

function current() {
  return row()?.dataset.id || document.querySelector("#panel [data-activity]")?.dataset.activity;
}

function move(step) {
  if (document.querySelector(SHOWN)) return emit("panel:walk", { step });
  const rows = [...document.querySelectorAll(ROWS)];
  const at = rows.indexOf(row());
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))]?.querySelector("[data-open]")?.focus();
}

// A list of elements has gestures of its own, and none where it says "".
function ask(name) {
  const url = document.getElementById("list-page")?.dataset[name] ?? document.body.dataset[name];
  if (url) emit("selection:ask", { url, id: current() });
}

function edit() {
  const link = row()?.querySelector("a[data-open]");
  if (link?.closest(".table.elements")) {
    window.location.assign(`${link.pathname}edit/`);
    return;
  }
  if (link) emit("panel:open", { url: `${link.href}edit/` });
  else if (current()) emit("panel:open", { url: `${document.body.dataset.activities}${current()}/edit/` });
}

function complete(event) {
  // On a control of its own, Space is that control's.
  if (document.activeElement?.closest("button, input, summary, [role=menuitem]")) return false;
  const button = row()?.querySelector("[data-done]") || document.querySelector("#panel .panel-title [data-done]");
  if (!button) return false;
  event.preventDefault();
  button.click();
  return true;
}

const LETTERS = {
  c: () => (document.querySelector(".element-body [data-composer]") ? emit("composer:focus") : document.getElementById("create")?.click()),
  j: () => move(1),
  k: () => move(-1),
  "/": () => document.getElementById("search")?.select(),
  x: () => row()?.querySelector(".pick-row input")?.click(),
  e: edit,
  a: () => ask("assign"),
  d: () => ask("postpone"),
  z: () => [...document.querySelectorAll("#toasts [data-undo]")].at(-1)?.click(),
  "?": () => document.querySelector("[data-help]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusy()) return;
  if (event.key === "Escape") {
    if (panelShows()) emit("panel:close");
    else emit("selection:clear");
    return;
  }
  if (isTyping(event.target)) return;
  const walks = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (walks && document.querySelector(SHOWN) && event.target.type !== "radio") {
    event.preventDefault();
    emit("panel:walk", { step: walks });
    return;
  }
  if (document.body.dataset.keys === "off") return;
  if (event.key === " ") complete(event);
  const act = LETTERS[event.key.toLowerCase()];
  if (act) {
    event.preventDefault();
    act();
  }
});
