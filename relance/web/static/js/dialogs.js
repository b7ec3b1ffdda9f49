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
  const button = event.target.closest("[data-close]");
  // A button that sends something closes when the answer is there.
  if (button && !button.hasAttribute("hx-post") && dialog?.contains(button)) dialog.close();
  const popover = event.target.closest("[data-close-popover]")?.closest("[popover]");
  if (popover) popover.hidePopover();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  // A form that is no longer there has been replaced by what the server had to say.
  const ends = form.matches?.("[data-dialog-form], [data-close]");
  if (event.detail.successful && ends && form.isConnected && dialog?.contains(form)) dialog.close();
});
