// The table of levels: a changed cell shows it, with its gauge and what it was; leaving with changes asks first; and
// ticking all or none of a list.

document.addEventListener("change", (event) => {
  const select = event.target.closest?.("select.level");
  const cell = select?.closest(".cell");
  if (!cell) return;
  const isChanged = select.value !== cell.dataset.was;
  cell.classList.toggle("changed", isChanged);
  cell.querySelector("small").hidden = !isChanged;
  cell.querySelector(".gauge").dataset.level = select.selectedOptions[0].dataset.rank;
});

// Saving and cancelling are meant; whatever else leads away is asked about.
let isMeant = false;
const unsaved = () => document.querySelector("#levels:has(.cell.changed)");

document.addEventListener("submit", (event) => {
  if (event.target.id === "levels") isMeant = true;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-leaves]") && !event.ctrlKey && !event.metaKey) isMeant = true;
});

// A page from the history is asked for again (requests.js), which is no leaving.
window.addEventListener("pageshow", (event) => {
  isMeant = event.persisted;
});

window.addEventListener("beforeunload", (event) => {
  if (!isMeant && unsaved()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-check]");
  if (!button) return;
  for (const box of button.closest("form").querySelectorAll("input[type=checkbox]")) {
    box.checked = button.dataset.check === "all";
  }
});
