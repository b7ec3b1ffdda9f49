// What is counted beside a page, which never waits for it: a number that is late is not the one that stood there before;
// one that does not come says so in its place, and is asked for again by hand.

const LATE_MS = 300;
const timers = new WeakMap();
let again = null;

const source = (event) => event.detail.requestConfig?.elt?.closest("[data-beside]");
const place = (one) => document.querySelector(one.dataset.beside);

document.addEventListener("htmx:beforeSend", (event) => {
  const one = source(event);
  if (!one) return;
  timers.set(event.detail.xhr, setTimeout(() => {
    if (!place(one)?.matches("[data-total]")) return;
    place(one).textContent = "…";
    place(one).dataset.total = "";
  }, LATE_MS));
});

document.addEventListener("htmx:afterRequest", (event) => {
  clearTimeout(timers.get(event.detail.xhr));
  const one = source(event);
  const there = one && place(one);
  if (!there) return;
  if (event.detail.successful) there.querySelector(":scope > .uncounted")?.remove();
  if (one.dataset.beside !== again || document.activeElement !== document.body) return;
  there.tabIndex = -1;
  there.focus({ preventScroll: true });
});

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    const one = source(event);
    if (!one || !place(one)) return;
    const isTotal = place(one).matches("[data-total]");
    if (isTotal) place(one).dataset.total = "";
    place(one).replaceChildren(document.getElementById(isTotal ? "total-lost" : "counts-lost").content.cloneNode(true));
    for (const number of document.querySelectorAll(one.dataset.stale)) number.replaceChildren();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-again]");
  if (!button) return;
  const sources = [...document.querySelectorAll("[data-beside]")];
  again = sources.find((one) => place(one)?.contains(button))?.dataset.beside;
  for (const one of sources) window.htmx.trigger(one, "again");
});

// Whoever asked again goes on from the number, until he goes elsewhere.
document.addEventListener("focusin", (event) => {
  if (again && !event.target.closest(again)) again = null;
});
