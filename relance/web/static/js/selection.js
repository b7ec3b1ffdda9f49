// Ticked rows: one, a range with Shift, the page, or all results; and the bar with what can be done with them.

const chosen = new Set();
let all = false;
let last = null;
let filter = null;
const asked = () => {
  const list = document.getElementById("list-page");
  return list && { filter: list.dataset.filter, search: list.dataset.search || "" };
};
const asWords = () => (asked() ? `${asked().filter} ${asked().search}` : null);

const bar = () => document.getElementById("bulk-bar");
const boxes = () => [...document.querySelectorAll("#list tbody .pick-row input")];
const total = () => Number(document.getElementById("list-total")?.dataset.total || 0);
const fill = (text, count) => text.replace("{count}", count.toLocaleString(document.documentElement.lang));

function clear() {
  chosen.clear();
  all = false;
  last = null;
  show();
}

function show() {
  const page = document.getElementById("list-page");
  if (!page) return;
  for (const box of boxes()) {
    box.checked = all || chosen.has(box.value);
    box.closest("tr").classList.toggle("selected", box.checked);
  }
  const ticked = boxes().filter((box) => box.checked).length;
  const head = page.querySelector("[data-select-page]");
  if (head) {
    head.checked = ticked > 0 && ticked === boxes().length;
    head.indeterminate = ticked > 0 && !head.checked;
  }
  showBar(bar());
}

function showBar(element) {
  if (!element) return;
  const count = all ? total() : chosen.size;
  element.hidden = count === 0;
  const said = element.querySelector("[data-selected]");
  const text = all ? said.dataset.all : count === 1 ? said.dataset.one : said.dataset.many;
  said.textContent = fill(text, count);
  const more = !all && total() > chosen.size && boxes().length > 0 && boxes().every((box) => box.checked);
  const most = Number(element.dataset.most);
  const button = element.querySelector("[data-select-all]");
  button.hidden = !more || total() > most;
  button.textContent = fill(button.dataset.label, total());
  element.querySelector("[data-too-many]").hidden = !more || total() <= most;
}

function tick(box, isOn) {
  if (isOn) chosen.add(box.value);
  else chosen.delete(box.value);
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("#list tbody .pick-row input");
  if (box) {
    if (all) boxes().forEach((other) => chosen.add(other.value));
    all = false;
    const order = boxes();
    const [from, to] = [order.findIndex((other) => other.value === last), order.indexOf(box)].sort((a, b) => a - b);
    const range = event.shiftKey && from >= 0 ? order.slice(from, to + 1) : [box];
    range.forEach((other) => tick(other, box.checked));
    last = box.value;
    show();
  } else if (event.target.closest("[data-select-page]")) {
    const isOn = event.target.checked;
    all = false;
    boxes().forEach((other) => tick(other, isOn));
    show();
  } else if (event.target.closest("[data-select-all]")) {
    all = true;
    show();
    bar().querySelector("[data-gesture]").focus();
  } else if (event.target.closest("[data-select-none]")) {
    clear();
    document.dispatchEvent(new CustomEvent("focus:lost"));
  } else {
    const button = event.target.closest("[data-gesture]");
    if (button) send(button.dataset.gesture, button.hasAttribute("data-asks") || all);
  }
});

function values() {
  return all ? { all: "1", ...asked() } : { ids: [...chosen] };
}

async function send(url, asks) {
  if (asks) {
    await window.htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML", values: values() });
    return;
  }
  bar().setAttribute("aria-busy", "true");
  try {
    await window.htmx.ajax("POST", url, { target: "#dialog", swap: "none", values: values() });
  } finally {
    bar()?.removeAttribute("aria-busy");
  }
}

document.addEventListener("selection:ask", (event) => {
  const { url, id } = event.detail;
  if (chosen.size || all) send(url, true);
  else if (id) window.htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML", values: { ids: [id] } });
});
document.addEventListener("selection:clear", clear);

document.addEventListener("activities-changed", (event) => {
  const ids = event.detail?.ids || [];
  if (all || ids.length >= 100) clear();
  else ids.forEach((id) => chosen.delete(String(id)));
  show();
});

document.addEventListener("htmx:afterSettle", () => {
  const now = asWords();
  if (now && filter && now !== filter) clear();
  filter = now || filter;
  show();
});

// The browser restores ticks of its own after a reload: the selection is the truth.
filter = asWords();
show();
