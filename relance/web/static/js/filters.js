// Kept filters: after one was saved, pinned or shared, the page goes on with the list that the server names.

document.addEventListener("filters-changed", async (event) => {
  const { path } = event.detail;
  document.getElementById("dialog")?.close();
  const held = document.activeElement?.id;
  const url = new URL(path, window.location.href);
  if (url.origin !== window.location.origin) return;
  await window.htmx.ajax("GET", url.pathname + url.search, { target: "#list-page", select: "#list-page", swap: "outerHTML" });
  if (url.pathname + url.search !== window.location.pathname + window.location.search) {
    window.history.pushState({ htmx: true }, "", url.pathname + url.search);
  }
  if (document.activeElement && document.activeElement !== document.body) return;
  const next = [held, "filter-build", "filter-menu-button", "filter-save-as", "tab-more", "main"];
  next.map((id) => id && document.getElementById(id)).find(Boolean)?.focus();
});

// The builder is drawn anew by the server at each step: the focus goes where the step left it.
document.addEventListener("htmx:afterSettle", () => {
  const builder = document.getElementById("builder");
  if (!builder || builder.dataset.settled) return;
  builder.dataset.settled = "yes";
  const wanted = builder.dataset.focus;
  const wrong = builder.querySelector("[aria-invalid=true]");
  const field = wanted === "wrong" ? wrong : document.getElementById(wanted) || (builder.contains(document.activeElement) ? null : wrong);
  (field?.tomselect?.control_input || field)?.focus();
});

// With many tabs the row is scrolled: the filter that is shown stands in sight, also when the counts have widened the row.
function showTab() {
  const row = document.querySelector(".presets");
  const tab = row?.querySelector("[aria-current]");
  if (!tab || row.scrollWidth <= row.clientWidth) return;
  const more = row.querySelector("#tab-more")?.getBoundingClientRect().width || 0;
  const [box, seen] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  if (box.left < seen.left) row.scrollLeft -= seen.left - box.left + more;
  else if (box.right > seen.right - more) row.scrollLeft += box.right - seen.right + more;
}
for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) {
  document.addEventListener(name, (event) => {
    if (event.target.id === "list-page" || event.detail.target?.id?.startsWith("count-")) showTab();
  });
}
showTab();
