// A column is put elsewhere by dragging its head; with the keyboard, by Ctrl and the arrows.

const DRAGGED_AFTER = 6;

const tableOf = (element) => element.closest("table[data-layout]");
const headsOf = (table) => [...table.querySelectorAll("thead th[data-column]")];
const headOf = (event) => event.target.closest?.("table[data-layout] thead th[data-column]");

// Where the columns are a kept filter's, or the address's own, their order is changed there: the filter says that it was.
function showInAddress(keys) {
  const url = new URL(window.location);
  url.searchParams.set("columns", keys.join(","));
  history.replaceState({ htmx: true }, "", url);
}

async function place(head, other, isAfter) {
  const table = tableOf(head);
  const keys = headsOf(table).map((one) => one.dataset.column);
  const { column } = head.dataset;
  if (head === other) return;
  const rest = keys.filter((key) => key !== column);
  rest.splice(rest.indexOf(other.dataset.column) + (isAfter ? 1 : 0), 0, column);
  if (rest.join() === keys.join()) return;
  const words = { label: head.getAttribute("aria-label"), place: rest.indexOf(column) + 1, count: rest.length };
  if (table.dataset.inAddress === undefined) await window.htmx.ajax("POST", table.dataset.layout, { source: table, swap: "none", values: { columns: rest } });
  else showInAddress(rest);
  const part = table.dataset.inAddress === undefined ? "#list-view" : "#list-page";
  await window.htmx.ajax("GET", window.location.href, { target: part, select: part, swap: "outerHTML" });
  document.getElementById("announcement").textContent = table.dataset.moved.replace(/\{(\w+)\}/g, (_all, key) => words[key]);
}

function startMoving(event, head) {
  const heads = headsOf(tableOf(head));
  const from = event.clientX;
  let target = null;
  const clean = () => heads.forEach((one) => one.classList.remove("dragged", "drop-before", "drop-after"));
  const onMove = (move) => {
    if (!target && Math.abs(move.clientX - from) < DRAGGED_AFTER) return;
    move.preventDefault();
    clean();
    head.classList.add("dragged");
    const near = (one) => Math.abs(one.getBoundingClientRect().left + one.offsetWidth / 2 - move.clientX);
    const other = heads.reduce((best, one) => (near(one) < near(best) ? one : best));
    const box = other.getBoundingClientRect();
    target = { other, isAfter: move.clientX > box.left + box.width / 2 };
    other.classList.add(target.isAfter ? "drop-after" : "drop-before");
  };
  window.followHand(onMove, (end) => {
    clean();
    if (!target) return;
    // The click that ends a drag is none on the head.
    const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
    if (end) place(head, target.other, target.isAfter);
  });
}

document.addEventListener("pointerdown", (event) => {
  const head = headOf(event);
  if (head && event.button === 0 && event.pointerType !== "touch" && !event.target.closest(".sizer")) startMoving(event, head);
});

document.addEventListener("keydown", (event) => {
  const head = headOf(event);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!head || !step || !event.ctrlKey || event.altKey || event.metaKey) return;
  const heads = headsOf(tableOf(head));
  const other = heads[heads.indexOf(head) + step];
  event.preventDefault();
  if (other) place(head, other, step > 0);
});
