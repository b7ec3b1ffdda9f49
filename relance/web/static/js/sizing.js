// A column is sized by its edge: by hand, with the arrows, or fitted to what it holds by a double click or Enter.

const NARROWEST = 48;
const WIDEST = 1200;
const WIDEST_FIT = 640;
const STEP = 8;
const LONG_STEP = 32;
const SAVED_AFTER_MS = 400;

const tableOf = (element) => element.closest("table[data-layout]");
const colOf = (head) => tableOf(head).querySelector(`col[data-column="${head.dataset.column}"]`);
const widthOf = (head) => Math.round(head.getBoundingClientRect().width);
const clamp = (px, most = WIDEST) => Math.max(NARROWEST, Math.min(most, Math.round(px)));
let waiting = null;

// The table grows and shrinks with its column: what the others have stays theirs.
function setWidth(head, px) {
  const table = tableOf(head);
  const least = parseFloat(getComputedStyle(table).minInlineSize) || 0;
  table.style.minInlineSize = `${Math.max(0, least + px - widthOf(head))}px`;
  if (head.matches(".c-subject, .c-name")) table.classList.add("set");
  colOf(head).style.inlineSize = `${px}px`;
  head.querySelector(".sizer").setAttribute("aria-valuenow", px);
}

function save(head, px) {
  clearTimeout(waiting);
  const table = tableOf(head);
  window.htmx.ajax("POST", table.dataset.layout, { source: table, swap: "none", values: { width: `${head.dataset.column}:${px}` } });
}

// Keys come one after another: the last of them is kept.
function size(head, px) {
  const width = clamp(px);
  setWidth(head, width);
  clearTimeout(waiting);
  waiting = setTimeout(() => save(head, width), SAVED_AFTER_MS);
}

function fit(head) {
  const table = tableOf(head);
  table.classList.add("fitting");
  const px = Math.ceil(head.getBoundingClientRect().width) + 1;
  table.classList.remove("fitting");
  const width = clamp(px, WIDEST_FIT);
  setWidth(head, width);
  save(head, width);
}

function startSizing(event, head) {
  event.preventDefault();
  const before = widthOf(head);
  const from = event.clientX;
  let now = before;
  head.classList.add("sized");
  const onMove = (move) => {
    now = clamp(before + move.clientX - from);
    setWidth(head, now);
  };
  window.followHand(onMove, (end) => {
    head.classList.remove("sized");
    if (!end) setWidth(head, before);
    else if (now !== before) save(head, now);
  });
}

const headOf = (event) => event.target.closest?.(".sizer")?.closest("th");

document.addEventListener("pointerdown", (event) => {
  const head = headOf(event);
  if (head && event.button === 0) startSizing(event, head);
});

document.addEventListener("dblclick", (event) => {
  const head = headOf(event);
  if (head) fit(head);
});

document.addEventListener("focusin", (event) => {
  const head = headOf(event);
  if (head) event.target.setAttribute("aria-valuenow", widthOf(head));
});

document.addEventListener("keydown", (event) => {
  const head = headOf(event);
  if (!head || event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const to = { Home: NARROWEST, End: WIDEST }[event.key];
  if (event.key === "Enter") fit(head);
  else if (step) size(head, widthOf(head) + step * (event.shiftKey ? LONG_STEP : STEP));
  else if (to) size(head, to);
  else return;
  event.preventDefault();
});
