// The side panel: what is open stands in the address, the arrows walk the list, Escape goes back to the row.

// Rows of a list, or the activities of an element's page; those that an element in the panel shows are no rows to walk.
const ROWS = "#list tbody tr, .element-body .planned > li, .element-body .history > li[data-id]";
const REFERENCES = "#list a.ref[href^='/crm/'], #list-frame > #panel a.ref[href^='/crm/']";
const panel = () => document.querySelector("#list-frame > #panel");
const mark = () => panel()?.querySelector("[data-activity], [data-element]");
const hasElements = () => Boolean(document.querySelector("#list .table.elements"));
// What stands in the panel, and the row of this list that it is: an element beside activities is none of them.
const shown = () => mark()?.dataset.activity || mark()?.dataset.element || null;
const shownRow = () => (Boolean(mark()?.dataset.element) === hasElements() ? shown() : null);
const rows = () => [...document.querySelectorAll(ROWS)];
// The activity that is on its way: who walks fast goes on from there.
let coming = null;
// The row from which something else than itself was opened: the walk goes on from there, and the focus comes back there.
let origin = null;

function open(url) {
  if (!panel()) {
    window.location.assign(url);
    return;
  }
  if (!mayLeave()) return;
  window.htmx.ajax("GET", url, { target: "#panel", swap: "innerHTML" });
}

function mayLeave() {
  const form = panel()?.querySelector("form[data-dirty]");
  return !form || window.confirm(document.body.dataset.discard);
}

function close() {
  if (!panel() || !mayLeave()) return;
  const row = document.getElementById(`row-${shownRow() || origin}`) || document.getElementById(`row-${origin}`);
  panel().replaceChildren();
  coming = null;
  settle();
  (row?.querySelector("[data-open]") || document.getElementById("create"))?.focus();
}

function settle() {
  const row = shownRow();
  if (row && rows().some((one) => one.dataset.id === row)) origin = row;
  for (const one of rows()) one.classList.toggle("current", one.dataset.id === (row || (shown() && origin)));
  const id = row && (mark().dataset.address || row);
  const url = new URL(window.location);
  const before = url.searchParams.get("open");
  if (id) url.searchParams.set("open", id);
  else url.searchParams.delete("open");
  if (before === (id || null)) return;
  const change = before || !id ? "replaceState" : "pushState";
  history[change]({ htmx: true }, "", url);
}

function walk(step) {
  const all = rows();
  const at = all.findIndex((row) => row.dataset.id === (coming || shownRow() || origin));
  const next = all[at < 0 ? 0 : at + step];
  if (!next) return;
  next.scrollIntoView({ block: "nearest" });
  coming = next.dataset.id;
  open(next.querySelector("[data-open]").href);
}

document.addEventListener("panel:open", (event) => open(event.detail.url));
document.addEventListener("panel:walk", (event) => walk(event.detail.step));
document.addEventListener("panel:close", close);

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  const isPage = document.querySelector("#list-frame > .element-body");
  const reference = isPage ? null : event.target.closest(REFERENCES);
  const link = event.target.closest("a[data-panel], a[data-open], a[data-open-id]") || reference;
  if (link && plain && panel() && !event.defaultPrevented) {
    event.preventDefault();
    const row = link.closest(ROWS);
    if (row) origin = row.dataset.id;
    open(link.href);
  } else if (event.target.closest("[data-close-panel]") && panel()) {
    event.preventDefault();
    close();
  } else if (event.target.closest("[data-walk]")) {
    walk(Number(event.target.closest("[data-walk]").dataset.walk));
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "panel") return;
  if (coming === shownRow()) coming = null;
  settle();
  const wrong = panel()?.querySelector("[aria-invalid=true], [role=alert]");
  if (!wrong) (panel()?.querySelector("form[data-form] [name=subject]") || document.getElementById("panel-title"))?.focus();
});

document.addEventListener("activities-changed", (event) => {
  // An element draws its own parts again.
  const id = mark()?.dataset.activity;
  if (!id) return;
  if (event.detail?.gone?.map(String).includes(id)) {
    panel().replaceChildren();
    settle();
  } else if (event.detail?.ids?.map(String).includes(id) && !panel().querySelector("[data-editing]")) {
    window.htmx.ajax("GET", panel().querySelector("[data-url]").dataset.url, { target: "#panel", swap: "innerHTML" });
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "list-view" || event.target.id === "list-page") settle();
});
settle();
