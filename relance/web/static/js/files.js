// Files: dropped, pasted or picked, sent one after the other; each becomes a row with its id, which the form carries.

const queues = new WeakMap();
const text = (drop, key, name) => drop.dataset[key].replace("[name]", name);
const token = () => document.querySelector("meta[name=csrf-token]").content;

function say(drop, words) {
  drop.querySelector("[data-say]").textContent = words;
}

function changed(drop) {
  drop.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
}

function refuse(drop, row, words) {
  const [, template] = drop.querySelectorAll("template");
  const refused = template.content.cloneNode(true).firstElementChild;
  refused.querySelector("span").textContent = words;
  row.replaceWith(refused);
  say(drop, words);
}

// What the server says is a row of its own making, its texts escaped there.
function put(drop, row, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const answer = holder.content.firstElementChild;
  row.replaceWith(answer);
  say(drop, answer.matches(".refused") ? answer.textContent.trim() : text(drop, "added", answer.querySelector(".name").textContent));
}

function send(drop, file, row) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", drop.dataset.url);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.toWellFormed?.() ?? file.name));
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      row.querySelector("progress").value = event.total ? event.loaded / event.total : 0;
    });
    request.addEventListener("load", () => {
      if (request.status === 201 || request.status === 422) put(drop, row, request.responseText);
      else refuse(drop, row, text(drop, "lost", file.name));
    });
    request.addEventListener("error", () => refuse(drop, row, text(drop, "lost", file.name)));
    request.addEventListener("abort", () => row.remove());
    request.addEventListener("loadend", done);
    row.querySelector("[data-cancel]").addEventListener("click", () => {
      request.abort();
      drop.querySelector("[data-pick]").focus();
    });
    request.send(file);
  });
}

function add(drop, files) {
  const waiting = [...files].map((file) => {
    const row = drop.querySelector("template").content.cloneNode(true).firstElementChild;
    row.querySelector(".name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    drop.querySelector("[data-files]").append(row);
    return [file, row];
  });
  const before = queues.get(drop) ?? Promise.resolve();
  const sent = waiting.reduce((last, [file, row]) => last.then(() => {
    if (!row.isConnected) return null;
    if (file.size > Number(drop.dataset.most)) return refuse(drop, row, text(drop, "tooLarge", file.name));
    return send(drop, file, row);
  }), before).then(() => {
    changed(drop);
    const form = drop.closest("form[data-at-once]");
    if (form && queues.get(drop) === sent && form.querySelector("[name=files]")) {
      form.requestSubmit();
      // They have been handed over: what is added meanwhile must not hand them over again.
      drop.querySelectorAll("[data-file]").forEach((row) => row.remove());
    }
  });
  queues.set(drop, sent);
}

function dropOf(target) {
  return target.closest?.("[data-drop]") ?? target.closest?.("form")?.querySelector("[data-drop]") ?? null;
}

document.addEventListener("click", (event) => {
  const drop = event.target.closest("[data-drop]");
  if (!drop) return;
  if (event.target.closest("[data-pick]")) drop.querySelector("input[type=file]").click();
  const button = event.target.closest("[data-drop-file]");
  if (!button) return;
  if (button.dataset.dropFile) fetch(button.dataset.dropFile, { method: "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  button.closest("li").remove();
  drop.querySelector("[data-pick]").focus();
  changed(drop);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-drop] input[type=file]")) return;
  add(event.target.closest("[data-drop]"), event.target.files);
  event.target.value = "";
});

document.addEventListener("paste", (event) => {
  const drop = event.clipboardData?.files.length ? dropOf(event.target) : null;
  if (!drop) return;
  event.preventDefault();
  add(drop, event.clipboardData.files);
});

for (const name of ["dragover", "drop", "dragleave"]) {
  document.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    // Beside the place for it, a file that is let go would replace the page.
    if (name !== "dragleave") event.preventDefault();
    const drop = dropOf(event.target);
    drop?.classList.toggle("over", name === "dragover");
    if (name === "drop" && drop) add(drop, event.dataTransfer.files);
  });
}

document.addEventListener("submit", (event) => {
  const drop = event.target.querySelector?.("[data-drop]:has([data-sending])");
  if (!drop) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  say(drop, drop.dataset.wait);
}, true);

// A part of the page that is drawn anew keeps what it said of refused files, and is not drawn anew amid an upload.
const said = new Map();
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  const parts = [...target.querySelectorAll(".files[id]"), ...(target.matches(".files[id]") ? [target] : [])];
  for (const part of parts) {
    if (part === target && part.querySelector("[data-sending]")) event.detail.shouldSwap = false;
    else said.set(part.id, [...part.querySelectorAll(".refused")]);
  }
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, rows] of said) document.getElementById(id)?.querySelector("[data-files]")?.append(...rows);
  said.clear();
});

const start = () => {
  for (const drop of document.querySelectorAll("[data-drop][hidden]")) drop.hidden = false;
};
document.addEventListener("htmx:afterSettle", start);
start();
