// Forms: only the fields that the choices ask for, focus on the first one that is wrong, and a word before typing is lost.

function toggle(element, isShown) {
  element.hidden = !isShown;
  for (const field of element.querySelectorAll("input, select, textarea")) {
    // What the form was filled with is always sent: a field that is taken away counts as emptied.
    if (!field.name.startsWith("initial-")) field.disabled = !isShown;
    field.tomselect?.[isShown ? "enable" : "disable"]();
  }
}

// The type of the activity: chosen among radio buttons, or by a tab.
const typeOf = (form) => form.querySelector("[name=type]:checked, input[type=hidden][name=type]")?.value;

function fit(form) {
  const type = typeOf(form);
  const isDone = Boolean(form.querySelector("[name=is_done]")?.checked) && type !== "document";
  for (const part of form.querySelectorAll("[data-if-checked]")) toggle(part, isDone);
  for (const part of form.querySelectorAll("[data-unless-checked]")) toggle(part, !isDone);
  const times = JSON.parse(form.dataset.times || "null");
  if (times) {
    const uses = times[type] || "both";
    const isIncoming = form.querySelector("[name=is_incoming]")?.checked;
    for (const part of form.querySelectorAll("[data-times]")) {
      if (part !== form) toggle(part, !isIncoming && !isDone && part.dataset.times.split(" ").includes(uses));
    }
    const lasts = form.querySelector("[name=is_all_day]");
    for (const part of form.querySelectorAll(".slot .timed")) toggle(part, !lasts.disabled && !lasts.checked);
  }
  if (type && form.querySelector("[data-type-is]")) form.dataset.chosen = type;
  for (const part of form.querySelectorAll("[data-type-is]")) {
    toggle(part, part.dataset.typeIs === type && (isDone || !part.closest("[data-if-checked]")));
  }
  const ends = [...form.querySelectorAll("[data-if-checked] [name=outcome]:enabled")];
  if (isDone && ends.length && !ends.some((end) => end.checked)) ends[0].checked = true;
  for (const part of form.querySelectorAll("[data-type-is-not]")) part.hidden = part.dataset.typeIsNot === type;
  for (const group of form.querySelectorAll("[data-choice]")) {
    const value = group.querySelector(`[name=${group.dataset.choice}]`)?.value;
    for (const part of group.querySelectorAll("[data-if]")) toggle(part, part.dataset.if === value);
  }
}

function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "yes";
  fit(form);
  form.addEventListener("change", () => fit(form));
  form.addEventListener("input", () => {
    form.dataset.dirty = "yes";
  });
  form.addEventListener("submit", () => {
    delete form.dataset.dirty;
  });
  const wrong = form.querySelector("[aria-invalid=true], .has-error input, .has-error select, [role=alert]");
  if (!wrong) return;
  const field = wrong.tomselect?.control_input || wrong;
  if (field.matches("[role=alert]")) field.tabIndex = -1;
  field.focus();
}

const all = () => document.querySelectorAll("form[data-form]").forEach(start);
document.addEventListener("htmx:afterSettle", all);
all();
