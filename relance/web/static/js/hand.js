// What follows the hand until it lets go, or Escape takes it back: `onEnd` is given the event that let go, or nothing.

window.followHand = (onMove, onEnd) => {
  const following = new AbortController();
  const signal = following.signal;
  const stop = (end) => {
    following.abort();
    onEnd(end.type === "pointerup" ? end : null);
  };
  document.addEventListener("pointermove", onMove, { signal });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, stop, { signal });
  document.addEventListener("keydown", (key) => {
    if (key.key !== "Escape") return;
    key.stopPropagation();
    stop(key);
  }, { capture: true, signal });
};
