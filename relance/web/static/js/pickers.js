// People, elements and clients: selects that search while one types.

const ICONS = document.querySelector("meta[name=icons]")?.content;

function look(option, escape) {
  const kind = option.kind || option.$option?.dataset.kind;
  if (kind) {
    const icon = `<svg class="icon" aria-hidden="true"><use href="${ICONS}#i-${escape(kind)}"/></svg>`;
    return `<div class="ref">${icon}<span>${escape(option.text)}</span></div>`;
  }
  if (option.initials) {
    const note = option.note ? `<span class="muted">${escape(option.note)}</span>` : "";
    const face = `<span class="avatar" data-tint="${Number(option.tint)}" aria-hidden="true">${escape(option.initials)}</span>`;
    return `<div class="person">${face}<span>${escape(option.text)}</span>${note}</div>`;
  }
  return `<div>${escape(option.text)}</div>`;
}

const CHOSEN = Symbol("chosen");

function make(select) {
  if (select.tomselect) return;
  const url = `${document.body.dataset.pick}${select.dataset.picker}/`;
  const picker = new window.TomSelect(select, {
    plugins: select.multiple ? ["remove_button"] : [],
    valueField: "value",
    labelField: "text",
    searchField: ["text"],
    maxOptions: 60,
    preload: "focus",
    shouldLoad: () => true,
    // The server has searched already: all that it found is shown, in its order.
    score: () => () => 1,
    sortField: [{ field: "$order" }],
    closeAfterSelect: true,
    async load(query, show) {
      const answered = (options = []) => {
        // An answer opens the list of a field that has the focus: not again, over what stands below, after the choice.
        const focused = this.isFocused;
        if (this.asked === CHOSEN) this.isFocused = false;
        if (this.asked === query) this.clearOptions();
        show(options);
        this.isFocused = focused;
      };
      // The widget asks when typing pauses, which may be after the choice.
      if (this.asked === CHOSEN) return answered();
      this.asked = query;
      try {
        const answer = await fetch(`${url}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
        const { options } = await answer.json();
        // An answer that comes after a later question has been asked is no answer to it.
        if (this.asked !== query) return answered();
        answered(options);
        this.answered = query;
        if (this.wanted === query && options.length) {
          this.addItem(String(options[0].value));
          this.close();
        }
      } catch {
        answered();
      }
      if (this.wanted === query) this.wanted = null;
    },
    onType(query) {
      this.asked = query;
      this.loadedSearches = {};
    },
    onDropdownOpen() {
      this.dropdown_content.setAttribute("tabindex", "-1");
    },
    render: {
      option: look,
      item: look,
      no_results: () => `<div class="no-results">${document.body.dataset.none}</div>`,
      loading: () => `<div class="no-results">${document.body.dataset.loading}</div>`,
    },
  });
  picker.on("item_add", () => {
    picker.asked = CHOSEN;
    picker.answered = null;
    window.clearTimeout(picker.refreshTimeout);
    picker.setTextboxValue("");
  });
  // Enter means the first of what answers the words typed, not of what stands there until the answer comes.
  picker.control_input.addEventListener("keydown", (event) => {
    const typed = picker.inputValue();
    if (event.key !== "Enter" || event.ctrlKey || !typed || typed === picker.answered) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    picker.wanted = typed;
  }, true);
  // The select itself is out of sight: what it is called belongs to the field in its place.
  select.setAttribute("aria-hidden", "true");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    const value = select.getAttribute(name);
    if (value) picker.control_input.setAttribute(name, value);
  }
}

const start = (root) => root.querySelectorAll("select[data-picker]").forEach(make);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
start(document);
