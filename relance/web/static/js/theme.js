// Light, dark, or as the system says: at once, and kept by the server in a cookie.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-themes] button");
  if (!button) return;
  event.preventDefault();
  const form = button.closest("form");
  if (button.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = button.value;
  for (const other of document.querySelectorAll("[data-themes] button")) {
    const name = other.hasAttribute("aria-pressed") ? "aria-pressed" : "aria-checked";
    other.setAttribute(name, String(other.value === button.value));
  }
  const said = new FormData(form);
  said.set("theme", button.value);
  await fetch(form.action, { method: "POST", body: said, redirect: "manual" });
});
