// The settings of a list: columns are ordered by dragging, or with the two buttons of each; what is ticked is shown, the
// rest waits below, and both are searched.

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const labelOf = (item) => item.querySelector("label").textContent.trim();
const listsOf = (form) => [...form.querySelectorAll("ol")];

// Where an item has come to stands in its box, and is said.
function settle(form, item) {
  const [shown, hidden] = listsOf(form);
  const isShown = item.parentElement === shown;
  item.querySelector("input").checked = isShown;
  form.querySelector("[data-hidden-count]").textContent = hidden.children.length;
  const words = { label: labelOf(item), place: [...shown.children].indexOf(item) + 1, count: shown.children.length };
  document.getElementById("announcement").textContent = form.dataset[isShown ? "moved" : "putAway"].replace(/\{(\w+)\}/g, (_all, key) => words[key]);
}

function search(form, text) {
  const items = [...form.querySelectorAll("ol > li")];
  for (const item of items) item.hidden = !folded(labelOf(item)).includes(folded(text.trim()));
  const none = form.querySelector("[data-none]");
  none.textContent = items.every((item) => item.hidden) ? none.dataset.none : "";
}

// To the next place that is seen; from the end of the one list into the other.
function move(form, item, step) {
  const [shown, hidden] = listsOf(form);
  const side = step === "1" ? "nextElementSibling" : "previousElementSibling";
  let other = item[side];
  while (other?.hidden) other = other[side];
  if (other) other[step === "1" ? "after" : "before"](item);
  else if (step === "1" && item.parentElement === shown) hidden.prepend(item);
  else if (step !== "1" && item.parentElement === hidden) shown.append(item);
}

function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "yes";
  const box = form.querySelector("[data-column-search]");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const options = { group: "columns", handle: ".grip", animation: still ? 0 : 120, ghostClass: "dragged" };
  for (const list of listsOf(form)) new window.Sortable(list, { ...options, onEnd: (event) => settle(form, event.item) });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    move(form, button.closest("li"), button.dataset.move);
    button.focus();
    settle(form, button.closest("li"));
  });
  form.addEventListener("change", (event) => {
    const item = event.target.closest("ol > li");
    if (!item) return;
    const [shown, hidden] = listsOf(form);
    (event.target.checked ? shown : hidden)[event.target.checked ? "append" : "prepend"](item);
    settle(form, item);
    // Who searches goes on to the next word.
    (box.value ? box : event.target).focus();
    box.select();
  });
  box.addEventListener("input", () => search(form, box.value));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.querySelector("ol > li:not([hidden]) input")?.focus();
  });
}

document.addEventListener("htmx:load", () => document.querySelectorAll("form[data-columns]").forEach(start));
