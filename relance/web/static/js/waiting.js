// A part of the page that is on its way says so after a while; what did not come can be asked for again.

const SLOW_MS = 250;
const PARTS = ["list-page", "list-view", "panel"];
const timers = new WeakMap();

const part = (event) => PARTS.includes(event.detail.target?.id) && event.detail.target;

document.addEventListener("htmx:beforeRequest", (event) => {
  const target = part(event);
  if (target) timers.set(event.detail.xhr, setTimeout(() => target.setAttribute("aria-busy", "true"), SLOW_MS));
});

document.addEventListener("htmx:afterRequest", (event) => {
  clearTimeout(timers.get(event.detail.xhr));
  document.querySelectorAll(PARTS.map((id) => `#${id}[aria-busy]`).join()).forEach((one) => one.removeAttribute("aria-busy"));
});

// Reading again does no harm; what was to be written is asked for by hand, where one sees what stands.
let lost = null;

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    const { requestConfig, target, xhr } = event.detail;
    const isOurs = xhr && xhr.status >= 400 && xhr.status < 500;
    lost = requestConfig?.verb === "get" && part(event) && !isOurs ? { path: requestConfig.path, target: `#${target.id}` } : null;
    document.querySelectorAll("[data-toast] [data-retry]").forEach((button) => { button.hidden = !lost; });
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-retry]");
  if (!button || !lost) return;
  const { path, target } = lost;
  button.closest("[data-toast]")?.remove();
  const swap = target === "#panel" ? "innerHTML" : "outerHTML";
  window.htmx.ajax("GET", path, target === "#panel" ? { target, swap } : { target, select: target, swap });
});
