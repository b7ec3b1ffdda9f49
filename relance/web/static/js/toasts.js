// Messages: they stay ten seconds, longer while pointed at or focused, and three at the most.

const STAY_MS = 10_000;
const MOST = 3;
const box = document.getElementById("toasts");
const timers = new WeakMap();

function wait(toast) {
  clearTimeout(timers.get(toast));
  timers.set(toast, setTimeout(() => leave(toast), STAY_MS));
}

function leave(toast) {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) document.dispatchEvent(new CustomEvent("focus:lost"));
}

function welcome(toast) {
  wait(toast);
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timers.get(toast)));
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, () => wait(toast));
}

if (box) {
  box.querySelectorAll("[data-toast]").forEach(welcome);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) welcome(node);
    const all = [...box.querySelectorAll("[data-toast]")];
    all.slice(0, Math.max(0, all.length - MOST)).forEach(leave);
  }).observe(box, { childList: true });

  box.addEventListener("click", (event) => {
    const toast = event.target.closest("[data-toast]");
    if (toast && event.target.closest("[data-dismiss]")) leave(toast);
  });
  // Not before the answer is there: htmx puts nothing in place for a button that has left the page.
  box.addEventListener("htmx:afterRequest", (event) => {
    const toast = event.target.closest("[data-toast]");
    if (toast) leave(toast);
  });
}
