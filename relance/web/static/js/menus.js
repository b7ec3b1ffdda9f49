// Menus and popovers: placed beside their button, walked with the arrows, loaded when they open.

const GAP = 4;
const EDGE = 8;
const floating = document.getElementById("floating-menu");
let opener = null;
let closed = { opener: null, at: 0 };

function place(popover, button) {
  const box = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = box.bottom + GAP;
  const top = below + height + EDGE <= innerHeight ? below : Math.max(EDGE, box.top - GAP - height);
  const fromRight = popover.matches(".columns") || box.left + width + EDGE > innerWidth;
  const left = Math.max(EDGE, Math.min(fromRight ? box.right - width : box.left, innerWidth - width - EDGE));
  popover.style.top = `${top}px`;
  popover.style.left = `${left}px`;
}

const buttonOf = (popover) =>
  popover === floating ? opener : document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]:not([hidden])`);

const items = (menu) => [...menu.querySelectorAll("[role^=menuitem]")].filter((item) => item.offsetParent !== null);

document.addEventListener(
  "toggle",
  async (event) => {
    const popover = event.target;
    if (!popover.matches?.("[popover]")) return;
    const button = buttonOf(popover);
    const isOpen = event.newState === "open";
    button?.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) {
      if (popover === floating) closed = { opener, at: Date.now() };
      return;
    }
    if (button?.dataset.load) {
      await window.htmx.ajax("GET", button.dataset.load, { target: popover, swap: "innerHTML" });
      popover.querySelector("input:not([type=hidden]), button")?.focus();
    }
    if (button) place(popover, button);
    if (popover.matches("[role=menu]")) items(popover)[0]?.focus();
  },
  true,
);

async function openRowMenu(button) {
  // The pointer's own press has just closed the menu of this button: the click is not to open it again.
  if (closed.opener === button && Date.now() - closed.at < 300) return;
  opener = button;
  await window.htmx.ajax("GET", button.dataset.menu, { target: floating, swap: "innerHTML" });
  floating.setAttribute("role", "menu");
  floating.setAttribute("aria-label", button.getAttribute("aria-label"));
  if (floating.querySelector("[role=menuitem]") && button.isConnected) floating.showPopover();
}

document.addEventListener(
  "click",
  (event) => {
    const item = event.target.closest("[role^=menuitem], [aria-disabled=true]");
    if (item?.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      const said = document.getElementById("announcement");
      if (said) said.textContent = item.title || item.querySelector("small")?.textContent || "";
    }
  },
  true,
);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-menu]");
  if (button) openRowMenu(button);
  const item = event.target.closest("[role=menuitem]");
  const menu = item?.closest("[popover]");
  if (menu) menu.hidePopover();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[role=menu]");
  if (!menu) return;
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  else if (to !== undefined) {
    event.preventDefault();
    all.at(to % all.length)?.focus();
  } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLocaleLowerCase();
    const next = [...all.slice(at + 1), ...all].find((item) => item.textContent.trim().toLocaleLowerCase().startsWith(letter));
    next?.focus();
  }
});
