// The toolbar over a text that may be formatted: bold, italic, list, link, by a click or by its keys.

const SIGNS = { bold: ["**", "**"], italic: ["*", "*"] };
const KEYS = { b: "bold", i: "italic", k: "link" };

const areaOf = (toolbar) => document.getElementById(toolbar.getAttribute("aria-controls"));

function replace(area, text, from, to) {
  area.setSelectionRange(from, to);
  // The browser's own undo takes it back.
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function wrap(area, [before, after]) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  const isWrapped = value.slice(0, from).endsWith(before) && value.slice(to).startsWith(after);
  if (isWrapped) replace(area, chosen, from - before.length, to + after.length);
  else replace(area, before + chosen + after, from, to);
  const start = isWrapped ? from - before.length : from + before.length;
  area.setSelectionRange(start, start + chosen.length);
}

function link(area) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  replace(area, `[${chosen}](https://)`, from, to);
  const start = chosen ? from + chosen.length + 3 : from + 1;
  area.setSelectionRange(start, chosen ? start + "https://".length : start);
}

function list(area) {
  const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", area.selectionEnd);
  const to = end < 0 ? area.value.length : end;
  const lines = area.value.slice(from, to).split("\n");
  const isList = lines.every((line) => line.startsWith("- "));
  replace(area, lines.map((line) => (isList ? line.slice(2) : `- ${line}`)).join("\n"), from, to);
}

function mark(area, name) {
  area.focus();
  if (name === "list") list(area);
  else if (name === "link") link(area);
  else wrap(area, SIGNS[name]);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-marks] [data-mark]");
  if (button) mark(areaOf(button.closest("[data-marks]")), button.dataset.mark);
});

document.addEventListener("keydown", (event) => {
  const toolbar = event.target.closest?.("[data-marks]");
  if (toolbar) {
    const buttons = [...toolbar.querySelectorAll("button")];
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons.forEach((button) => { button.tabIndex = -1; });
    const next = buttons.at(to % buttons.length);
    next.tabIndex = 0;
    next.focus();
    return;
  }
  const isMarked = event.target.matches?.("textarea") && event.target.closest(".marked");
  if (!isMarked || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const name = event.shiftKey ? (event.code === "Digit8" ? "list" : null) : KEYS[event.key.toLowerCase()];
  if (!name) return;
  event.preventDefault();
  event.stopPropagation();
  mark(event.target, name);
}, true);

const start = () => {
  for (const toolbar of document.querySelectorAll("[data-marks][hidden]")) toolbar.hidden = false;
};
document.addEventListener("htmx:afterSettle", start);
start();
