// Copying: a button puts the text of what it names into the clipboard, and says so beside itself.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const parts = document.querySelectorAll(button.dataset.copy);
  const text = [...parts].map(textOf).filter(Boolean).join("\n\n");
  const said = button.parentElement.querySelector("[data-copied]");
  said.textContent = (await put(text, button)) ? said.dataset.copied : said.dataset.notCopied;
});

// As it would be read out: details that are shut are part of it, what is there for the screen alone is not.
function textOf(part) {
  const lines = [];
  for (const block of part.querySelectorAll("h2, h3, summary, caption, tr, li, :scope > p")) {
    const words = block.matches("tr") ? [...block.cells].map((cell) => flat(cell)) : [flat(block)];
    lines.push(words.filter(Boolean).join(" | "));
  }
  return lines.join("\n") || flat(part);
}

function flat(block) {
  const copy = block.cloneNode(true);
  for (const child of copy.querySelectorAll("b, p, small, span")) child.append(" ");
  return copy.textContent.replace(/\s+/g, " ").trim();
}

async function put(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return putOldWay(text, button);
  }
}

// Without HTTPS, or where the browser asks and is refused.
function putOldWay(text, button) {
  const field = document.createElement("textarea");
  field.value = text;
  button.after(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  button.focus();
  return isDone;
}
