// Mentions: after an `@` a list of the people who may read what one writes on; arrows choose, Enter takes, Escape closes.

const TYPED = /(?:^|[^\p{L}\p{N}_])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]+){0,2})$/u;
let box = null;
let asked = 0;

function typed(area) {
  const found = TYPED.exec(area.value.slice(0, area.selectionStart));
  return found ? found[1] : null;
}

function close() {
  box?.remove();
  box = null;
  for (const area of document.querySelectorAll("textarea[data-mentions]")) {
    area.removeAttribute("aria-activedescendant");
    area.removeAttribute("aria-controls");
  }
}

function choose(area, option) {
  const end = area.selectionStart;
  const start = end - typed(area).length;
  area.setRangeText(`${option.textContent} `, start, end, "end");
  const chosen = document.createElement("input");
  Object.assign(chosen, { type: "hidden", name: "mentions", value: option.dataset.value });
  area.form.append(chosen);
  close();
  area.focus();
}

function mark(area, option) {
  for (const other of box.children) other.setAttribute("aria-selected", String(other === option));
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function show(area, options) {
  close();
  if (!options.length) return;
  box = document.createElement("ul");
  box.id = "mention-options";
  box.className = "mentions";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", area.placeholder || "@");
  options.forEach((option, place) => {
    const item = document.createElement("li");
    item.id = `mention-${place}`;
    item.dataset.value = option.value;
    item.textContent = option.text;
    item.setAttribute("role", "option");
    box.append(item);
  });
  box.addEventListener("mousedown", (event) => {
    event.preventDefault();
    if (event.target.closest("li")) choose(area, event.target.closest("li"));
  });
  area.after(box);
  area.setAttribute("aria-controls", box.id);
  mark(area, box.firstElementChild);
}

document.addEventListener("input", async (event) => {
  const area = event.target.closest?.("textarea[data-mentions]");
  if (!area) return;
  const text = typed(area);
  if (text === null) {
    close();
    return;
  }
  const turn = ++asked;
  try {
    const answer = await fetch(`${area.dataset.mentions}&q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
    // An answer to what was typed before is no answer.
    if (turn === asked && answer.ok) show(area, (await answer.json()).options);
  } catch {
    close();
  }
});

document.addEventListener(
  "keydown",
  (event) => {
    const area = event.target.closest?.("textarea[data-mentions]");
    if (!area || !box) return;
    const now = box.querySelector("[aria-selected=true]");
    const next = { ArrowDown: now?.nextElementSibling || box.firstElementChild, ArrowUp: now?.previousElementSibling || box.lastElementChild }[event.key];
    if (next) mark(area, next);
    else if (event.key === "Enter" || event.key === "Tab") choose(area, now);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("textarea[data-mentions]")) close();
});
