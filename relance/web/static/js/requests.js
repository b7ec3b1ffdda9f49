// Every request carries the CSRF token; an answer that is not ours is never put into the page.

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const isForm = xhr.status === 422 || xhr.status === 409;
  if (xhr.status >= 400 && !isForm && !xhr.getResponseHeader("HX-Reswap")) {
    event.detail.shouldSwap = false;
    sayLost(event);
  }
});

for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, sayLost);

// What was asked for beside the page says so in its own place (beside.js).
function sayLost(event) {
  if (event.detail.requestConfig?.elt?.closest("[data-beside], [data-bell]")) return;
  const template = document.getElementById("lost-connection");
  if (template) document.getElementById("toasts").append(template.content.cloneNode(true));
}

// A page from the history may show what its reader may no longer see: it is asked for again.
window.addEventListener("popstate", (event) => {
  // A place on the page that is there is no other page.
  if (!event.state?.htmx && !document.getElementById(window.location.hash.slice(1))) window.location.reload();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
