// The one dialog: opens when something is put into it, closes when its form has been taken.

const dialog = document.getElementById("dialog");

if (dialog) {
  new MutationObserver(() => {
    if (dialog.childElementCount && !dialog.open) dialog.showModal();
  }).observe(dialog, { childList: true });

  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    document.dispatchEvent(new CustomEvent("focus:lost"));
  });
  dialog.addEventListener("mousedown", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]") && dialog?.open && dialog.contains(event.target)) {
    // After htmx has seen the click: a button may send something and close.
    setTimeout(() => dialog.close());
  }
  const popover = event.target.closest("[data-close-popover]")?.closest("[popover]");
  if (popover) popover.hidePopover();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  // A form that is no longer there has been replaced by what the server had to say.
  if (event.detail.successful && form.matches?.("[data-dialog-form]") && form.isConnected && dialog?.open) dialog.close();
});
