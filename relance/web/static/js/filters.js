// Kept filters: after one was saved, pinned or shared, the page goes on with the list that the server names.

document.addEventListener("filters-changed", async (event) => {
  const { path } = event.detail;
  const held = document.activeElement?.id;
  const url = new URL(path, window.location.href);
  if (url.origin !== window.location.origin) return;
  await window.htmx.ajax("GET", url.pathname + url.search, { target: "#list-page", select: "#list-page", swap: "outerHTML" });
  if (url.pathname + url.search !== window.location.pathname + window.location.search) {
    window.history.pushState({ htmx: true }, "", url.pathname + url.search);
  }
  if (document.activeElement && document.activeElement !== document.body) return;
  const next = [held, "filter-menu-button", "filter-save-as", "tab-more", "main"];
  next.map((id) => id && document.getElementById(id)).find(Boolean)?.focus();
});

// With many tabs the row is scrolled: the filter that is shown stands in sight.
const showTab = () => {
  const row = document.querySelector(".presets");
  const tab = row?.querySelector("[aria-current]");
  if (tab && row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - row.clientWidth / 3;
};
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "list-page") showTab();
});
showTab();
