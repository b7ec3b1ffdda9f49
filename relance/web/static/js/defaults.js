// A new activity's fields follow its type, as long as nobody has touched them.

const SETS = [["deadline_day", "deadline_time"], ["start_day", "start_time", "end_day", "end_time"], ["is_incoming"], ["duration"], ["clients"], ["reminders"]];
const last = new WeakMap();

// A field is looked for by its name, since `form.elements` is itself the name of one.
const groupOf = (name) => SETS.find((names) => names.some((one) => name === one || name.startsWith(`${one}_`)));

function touch(form, name) {
  const names = groupOf(name) || [name];
  form.dataset.touched = [...new Set([...(form.dataset.touched || "").split(" "), ...names])].join(" ").trim();
}

function put(form, name, value) {
  const field = form.querySelector(`[name="${name}"]`);
  if (name === "reminders") putReminders(form, value);
  else if (field?.tomselect) field.tomselect.setValue(value, true);
  else if (field?.type === "checkbox") field.checked = Boolean(value);
  else if (field && "value" in field) field.value = value;
}

function putReminders(form, offsets) {
  const field = form.querySelector("[data-reminders]");
  const rows = field?.querySelector("[data-rows]");
  if (!rows) return;
  rows.replaceChildren();
  for (const minutes of offsets) {
    const row = field.querySelector("template").content.cloneNode(true);
    const select = row.querySelector("select[name=reminders]");
    const isOffered = [...select.options].some((option) => option.value === String(minutes));
    select.value = isOffered ? String(minutes) : "custom";
    if (!isOffered) {
      row.querySelector("[name=reminders_amount]").value = minutes;
      row.querySelector("[name=reminders_unit]").value = "minutes";
    }
    row.querySelector(".custom").hidden = isOffered;
    rows.append(row);
  }
}

function follow(form, type) {
  const defaults = JSON.parse(form.dataset.defaults)[type];
  const touched = (form.dataset.touched || "").split(" ");
  if (!defaults) return;
  for (const name of SETS.flat()) {
    if (name in defaults && !touched.includes(name)) put(form, name, defaults[name]);
  }
  const echo = form.matches("[data-compose]") && form.querySelector("[data-echo]");
  if (echo) echo.dataset.default = touched.includes("deadline_day") || touched.includes("start_day") ? "" : defaults.said;
  if ("placeholder" in defaults) form.querySelector("[name=subject]").placeholder = defaults.placeholder;
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form?.matches("[data-defaults]")) return;
  const type = form.querySelector("[name=type]:checked, input[type=hidden][name=type]")?.value;
  if (event.target.name === "type") {
    if (last.get(form) !== type) follow(form, type);
    last.set(form, type);
  } else if (event.target.name) touch(form, event.target.name);
}, true);

document.addEventListener("input", (event) => {
  const { form, name } = event.target;
  if (!form || !name) return;
  if (form.matches("[data-defaults]")) touch(form, name);
  // Words go before the days below them: who says a day means it.
  const words = form.querySelector("[data-field=words] input");
  if (words?.value && /^(?:deadline|start|end)_(?:day|time)$|^(?:day|at)$/.test(name)) {
    words.value = "";
    form.querySelector("[data-echo]").replaceChildren();
  }
});

// The days and times of the form show what was understood.
function show(form, said) {
  const type = form.querySelector("[name=type]:checked, input[type=hidden][name=type]")?.value;
  if (!said && form.matches("[data-defaults]")) follow(form, type);
  if (!said) return;
  const prefix = JSON.parse(form.dataset.times)[type] === "slot" ? "start" : "deadline";
  put(form, `${prefix}_day`, said.dataset.day);
  put(form, `${prefix}_time`, said.dataset.time);
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.target.matches?.("[data-echo]")) return;
  if (!event.target.firstElementChild) event.target.replaceChildren();
  const field = event.target.closest("[data-field=words]");
  const isRefused = Boolean(event.target.querySelector(".error"));
  field.classList.toggle("has-error", isRefused);
  // What the server refused before is no longer what stands there.
  field.querySelector(":scope > .error")?.remove();
  const form = field.closest("form[data-times]");
  if (form && !isRefused) show(form, event.target.querySelector("[data-day]"));
});
