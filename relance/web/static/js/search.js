// The search box above a list: the list follows while one types, and the box keeps its focus and what was typed meanwhile.

const box = () => document.getElementById("search");
let kept = null;

document.addEventListener("htmx:beforeSwap", () => {
  const search = box();
  kept = search && document.activeElement === search ? [search.selectionStart, search.selectionEnd] : null;
});

document.addEventListener("htmx:afterSwap", () => {
  if (!kept || !box() || document.activeElement === box()) return;
  box().focus({ preventScroll: true });
  box().setSelectionRange(...kept);
});

// What somebody else wrote into the address (back, a link) is what the box shows; what is being typed is not touched.
document.addEventListener("htmx:afterSettle", (event) => {
  const list = document.getElementById("list-page");
  if (event.target !== list || document.activeElement === box() || !box()) return;
  box().value = new URLSearchParams(window.location.search).get("search") || "";
});

document.addEventListener(
  "keydown",
  (event) => {
    if (event.target !== box() || event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (box().value) {
        box().value = "";
        window.htmx.trigger(box(), "input");
      } else {
        (document.querySelector("#list tbody [data-open]") || document.getElementById("list"))?.focus();
      }
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      document.querySelector("#list tbody [data-open]")?.focus();
    }
  },
  true,
);
