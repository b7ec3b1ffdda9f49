// The composer: a line of tabs; one of them opens the form of its type, Ctrl+Enter sends, Escape folds what is empty.

const composer = () => document.querySelector("#list-frame > .element-body [data-composer], #list-frame > #panel [data-composer]");
const tabs = (box) => [...box.querySelectorAll("[role=tab]")];
const body = (box) => box.querySelector("#composer-body");
const note = (box) => box.querySelector("#composer-note");
const form = (box) => body(box).querySelector("form");
const isOff = (tab) => tab.getAttribute("aria-disabled") === "true";
let isMoreOpen = false;

function mark(box, tab) {
  for (const one of tabs(box)) {
    one.setAttribute("aria-selected", String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
  }
  tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!tab) tabs(box)[0].tabIndex = 0;
  else if (!tab.matches("[data-comment]")) body(box).setAttribute("aria-labelledby", tab.id);
  box.classList.toggle("open", Boolean(tab));
}

function focus(box) {
  const place = note(box).hidden ? form(box)?.querySelector("[name=subject]") : note(box).querySelector("textarea");
  place?.focus();
}

async function open(box, tab, focuses = true) {
  const isComment = tab.matches("[data-comment]");
  mark(box, tab);
  note(box).hidden = !isComment;
  body(box).hidden = isComment;
  if (!isComment && form(box)) {
    const type = form(box).querySelector("input[type=hidden][name=type]");
    type.value = tab.dataset.type;
    type.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (!isComment) {
    const url = `${box.dataset.url}?type=${encodeURIComponent(tab.dataset.type)}`;
    await window.htmx.ajax("GET", url, { target: body(box), swap: "innerHTML" });
    // Another tab was chosen meanwhile.
    const now = tabs(box).find((one) => one.getAttribute("aria-selected") === "true");
    if (now && now !== tab && !now.matches("[data-comment]")) await open(box, now, false);
  }
  if (focuses) focus(box);
}

function fold(box) {
  const tab = tabs(box).find((one) => one.getAttribute("aria-selected") === "true");
  const hadFocus = box.contains(document.activeElement) || document.activeElement === document.body;
  body(box).replaceChildren();
  body(box).hidden = true;
  note(box).hidden = true;
  mark(box, null);
  isMoreOpen = false;
  if (tab && hadFocus) {
    tabs(box).forEach((one) => { one.tabIndex = one === tab ? 0 : -1; });
    tab.focus();
  }
}

function isEmpty(box) {
  const typed = form(box)?.matches("[data-dirty]") || body(box).querySelector("[data-sending]");
  return !typed && !note(box).querySelector("textarea")?.value;
}

document.addEventListener("composer:focus", () => {
  const box = composer();
  if (!box) return;
  if (box.classList.contains("open")) focus(box);
  else tabs(box).find((tab) => !isOff(tab)).click();
});

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-composer] [role=tab]");
  if (tab && !isOff(tab)) open(tab.closest("[data-composer]"), tab);
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-composer]");
  if (!box) return;
  const tab = event.target.closest("[role=tab]");
  if (tab) {
    const all = tabs(box);
    const at = all.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = all.at(to % all.length);
      if (box.classList.contains("open") && !isOff(next)) open(box, next, false);
      else all.forEach((one) => { one.tabIndex = one === next ? 0 : -1; });
      next.focus();
    }
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.target.closest("form")?.requestSubmit();
  }
  const isChoosing = event.target.closest(".dropdown-active") || box.querySelector("#mention-options");
  if (event.key === "Escape" && box.classList.contains("open") && !isChoosing) {
    event.preventDefault();
    event.stopPropagation();
    if (isEmpty(box)) fold(box);
  }
}, true);

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("[data-composer] [data-more]")) isMoreOpen = event.target.open;
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "composer-body") return;
  const box = event.target.closest("[data-composer]");
  const more = event.target.querySelector("[data-more]");
  if (more && isMoreOpen) more.open = true;
  // What was sent has been taken: the composer is empty again.
  if (!form(box)) fold(box);
});
