// The list: the round box, rows that open where they are clicked, and a focus that survives each redrawing.

const PARTS = ["a[data-open]", ".done", ".row-menu", ".pick-row input"];
let kept = null;

const rows = () => [...document.querySelectorAll("#list tbody tr")];

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("#list tbody tr");
  if (row) kept = { id: row.id, at: rows().indexOf(row), part: PARTS.find((part) => event.target.matches(part)) || PARTS[0] };
});

function restoreFocus() {
  const active = document.activeElement;
  if ((active && active !== document.body && active.isConnected) || !kept) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const row = document.getElementById(kept.id) || rows()[Math.min(kept.at, rows().length - 1)];
  (row?.querySelector(kept.part) || document.getElementById("list"))?.focus({ preventScroll: true });
}

for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap", "focus:lost"]) document.addEventListener(name, restoreFocus);

async function complete(button) {
  const row = button.closest("tr");
  const id = row?.dataset.id || button.dataset.id;
  const wasDone = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!wasDone));
  row?.classList.toggle("completed", !wasDone);
  const url = document.body.dataset[wasDone ? "reopen" : "complete"];
  const values = row ? { ids: id, redraw: "row" } : { ids: id };
  const undo = () => {
    button.setAttribute("aria-pressed", String(wasDone));
    row?.classList.toggle("completed", wasDone);
  };
  button.addEventListener("htmx:responseError", undo, { once: true });
  button.addEventListener("htmx:sendError", undo, { once: true });
  await window.htmx.ajax("POST", url, { source: button, target: button, swap: "none", values });
}

document.addEventListener("click", (event) => {
  const done = event.target.closest("[data-done]");
  if (done) {
    // Where there is room for it, the outcome and what comes next are asked for.
    if (!done.dataset.complete) complete(done);
    return;
  }
  const unfold = event.target.closest("[data-unfold]");
  if (unfold) {
    const isOpen = unfold.getAttribute("aria-expanded") !== "true";
    unfold.setAttribute("aria-expanded", String(isOpen));
    unfold.textContent = isOpen ? unfold.dataset.less : unfold.dataset.more;
    unfold.previousElementSibling.classList.toggle("open", isOpen);
    return;
  }
  const row = event.target.closest("#list tbody tr");
  const isControl = event.target.closest("a, button, input, label");
  if (row && !isControl && !String(window.getSelection())) row.querySelector("[data-open]")?.click();
});

// What its column cuts can be unfolded, and nothing else: asked again whenever columns change.
function showFolds() {
  const buttons = [...document.querySelectorAll("#list .unfold")];
  const folds = buttons.map((button) => button.previousElementSibling);
  const cut = folds.map((fold) => fold.classList.contains("open") || fold.scrollHeight > fold.clientHeight + 1);
  buttons.forEach((button, at) => { button.hidden = !cut[at]; });
}

for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap", "htmx:afterRequest"]) document.addEventListener(name, showFolds);
for (const name of ["resize", "load"]) window.addEventListener(name, showFolds);

document.addEventListener("activities-changed", async (event) => {
  if (event.detail?.stays || !document.getElementById("list-view")) return;
  const top = document.getElementById("list")?.scrollTop || 0;
  await window.htmx.ajax("GET", window.location.href, { target: "#list-view", select: "#list-view", swap: "outerHTML" });
  const list = document.getElementById("list");
  if (list) list.scrollTop = top;
});

// Another filter, sort or page: who does not see the list hears what it shows, once its total is there.
let isNew = false;

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "list-page") isNew = true;
});

document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (!isNew || event.detail.target?.id !== "list-total") return;
  isNew = false;
  const said = document.querySelector("#list-page .empty h2, #list-page .table-foot p")?.textContent || "";
  const title = document.querySelector("#list-page caption")?.textContent || "";
  document.getElementById("announcement").textContent = `${title} ${said}`.replace(/\s+/g, " ").trim();
});
