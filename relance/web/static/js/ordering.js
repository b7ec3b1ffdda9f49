// Lists that are put in order by dragging, or with the two buttons of each row; rows that are added.

function say(list, item) {
  const form = document.getElementById(list.dataset.orders) || list;
  const items = [...list.children];
  const label = item.dataset.label || item.querySelector("[data-label]")?.textContent.trim() || item.querySelector(".input")?.value || "";
  const words = { label, place: items.indexOf(item) + 1, count: items.length };
  const text = form.dataset.moved.replace(/\{(\w+)\}/g, (_all, key) => words[key]);
  document.getElementById("announcement").textContent = text;
  if (form.dataset.order !== undefined) form.dispatchEvent(new CustomEvent("moved"));
}

function move(list, item, step) {
  if (step === "1") item.nextElementSibling?.after(item);
  else item.previousElementSibling?.before(item);
}

function start(list) {
  if (list.dataset.started) return;
  list.dataset.started = "yes";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  new window.Sortable(list, { handle: ".grip", animation: still ? 0 : 120, ghostClass: "dragged", onEnd: (event) => say(list, event.item) });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const item = button.closest("li");
    move(list, item, button.dataset.step);
    button.focus();
    say(list, item);
  });
  const part = list.parentElement;
  part.querySelector("[data-add-row]")?.addEventListener("click", () => {
    list.append(part.querySelector("template").content.cloneNode(true));
    list.lastElementChild.querySelector(".input").focus();
  });
}

document.addEventListener("htmx:load", () => document.querySelectorAll("[data-orders]").forEach(start));
