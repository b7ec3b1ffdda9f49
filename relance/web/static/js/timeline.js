// A history is not drawn over while a gesture inside it waits for its answer, which would find its place gone and brings a
// redrawing of its own; nor while one of its comments is being edited.

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (target.id !== "element-history" || requestConfig.elt !== target) return;
  if (target.querySelector(".htmx-request, [data-editing]")) event.detail.shouldSwap = false;
});
