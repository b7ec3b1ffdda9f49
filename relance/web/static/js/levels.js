// The table of levels: a changed cell shows it, with its gauge and what it was; and ticking all or none of a list.

document.addEventListener("change", (event) => {
  const select = event.target.closest?.("select.level");
  const cell = select?.closest(".cell");
  if (!cell) return;
  const isChanged = select.value !== cell.dataset.was;
  cell.classList.toggle("changed", isChanged);
  cell.querySelector("small").hidden = !isChanged;
  cell.querySelector(".gauge").dataset.level = select.selectedOptions[0].dataset.rank;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-check]");
  if (!button) return;
  for (const box of button.closest("form").querySelectorAll("input[type=checkbox]")) {
    box.checked = button.dataset.check === "all";
  }
});
