// The bell asks how much is new: every minute while the page is looked at, and when one comes back to it.

const MINUTE_MS = 60_000;
let asked = Date.now();

function ask() {
  if (document.visibilityState !== "visible" || Date.now() - asked < MINUTE_MS) return;
  asked = Date.now();
  const bell = document.querySelector("[data-bell]");
  if (bell) window.htmx.trigger(bell, "bell");
}

setInterval(ask, MINUTE_MS + 1_000);
document.addEventListener("visibilitychange", ask);
