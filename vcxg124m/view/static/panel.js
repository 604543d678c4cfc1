// The controls, as the camera's features describe them: nothing here knows a feature by name but the region's two buttons.

const LOGARITHMIC_FROM = 1000; // times the least value
const SLIDER_STEPS = 1000;

export class Panel {
  // on.set(values, nearest); on.shown() returns the part of the image that is seen
  constructor(form, on) {
    this.form = form;
    this.on = on;
    this.controls = new Map();
    this.notes = new Map();
    this.shape = "";
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  update(sections) {
    const shape = JSON.stringify(sections.map((section) => [section.name, section.controls.map((each) => [each.name, each.kind, each.entries, each.min > 0])]));
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(sections);
    }
    for (const section of sections) {
      for (const each of section.controls) this.controls.get(each.name).update(each);
      // Beside the title, where it moves nothing: what locks those that have no room for it below them.
      const note = section.controls.find((each) => each.locked && each.kind !== "number")?.locked ?? "";
      this.notes.get(section.name).textContent = this.notes.get(section.name).title = note;
    }
  }

  // The camera has answered: show what it has, or mark what it refused.
  settled(names, refused) {
    for (const name of names) this.controls.get(name)?.settled(refused);
  }

  build(sections) {
    const open = new Map([...this.form.querySelectorAll("details")].map((each) => [each.dataset.name, each.open]));
    const focused = document.activeElement?.id;
    this.controls.clear();
    this.form.replaceChildren(
      ...sections.map((section) => {
        const details = element("details", { open: open.get(section.name) ?? section.open });
        details.dataset.name = section.name;
        const rows = element("div", { className: "controls" });
        for (const each of section.controls) {
          const control = new Control(each, (value, nearest) => this.on.set({ [each.name]: value }, nearest));
          this.controls.set(each.name, control);
          rows.append(control.row);
        }
        if (section.name === "roi") rows.append(this.regionButtons());
        const summary = element("summary", { textContent: section.title });
        this.notes.set(section.name, element("span", { className: "note" }));
        summary.append(this.notes.get(section.name));
        details.append(summary, rows);
        return details;
      }),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  regionButtons() {
    const state = (name) => this.controls.get(`roi.${name}`)?.state;
    const full = element("button", { type: "button", textContent: "Full frame", title: "All pixels of the sensor" });
    full.onclick = () => {
      const values = {};
      for (const [size, offset] of [["width", "offset_x"], ["height", "offset_y"]]) {
        if (!state(size)) continue;
        values[`roi.${size}`] = state(size).max + (state(offset)?.value ?? 0);
        if (state(offset)) values[`roi.${offset}`] = 0;
      }
      this.on.set(values, true);
    };
    const seen = element("button", { type: "button", textContent: "What is shown", title: "The part of the picture that is seen now" });
    seen.onclick = () => {
      const { x, y, width, height } = this.on.shown();
      const values = { "roi.width": Math.round(width), "roi.height": Math.round(height) };
      if (state("offset_x")) values["roi.offset_x"] = Math.round(x + state("offset_x").value);
      if (state("offset_y")) values["roi.offset_y"] = Math.round(y + state("offset_y").value);
      this.on.set(values, true);
    };
    const row = element("div", { className: "actions" });
    row.append(full, seen);
    return row;
  }
}

class Control {
  constructor(description, send) {
    this.send = send;
    this.state = this.known = description;
    this.pending = false;
    this.next = undefined;
    const id = `control-${description.name}`;
    this.row = element("div", { className: "control", title: description.about });
    const label = element("label", { htmlFor: id, textContent: description.label });
    this.badge = element("span", { className: "tag" });
    label.append(this.badge);
    this.lock = element("span", { className: "lock", id: `${id}-lock` });
    this.unit = element("span", { className: "unit" });
    this.input = this[`make_${description.kind}`]?.(description) ?? this.make_text();
    this.input.id = id;
    this.input.setAttribute("aria-describedby", this.lock.id);
    this.row.append(label, this.input, this.unit);
    if (this.slider) {
      const under = element("span", { className: "under" });
      this.slider.setAttribute("aria-label", description.label);
      under.append(this.slider);
      this.lock.classList.add("under");
      this.under = under;
      this.row.append(under);
    }
    this.row.append(this.lock);
  }

  make_number(description) {
    this.slider = element("input", { type: "range", min: 0, max: SLIDER_STEPS, step: 1 });
    this.slider.oninput = () => this.ask(this.fromSlider(Number(this.slider.value)), true);
    return this.make_integer(description);
  }

  make_integer() {
    const input = element("input", { type: "text", inputMode: "decimal", spellcheck: false });
    input.onfocus = () => input.select();
    input.onblur = () => this.commit();
    input.onkeydown = (event) => {
      if (event.key === "Enter") this.commit(true);
      else if (event.key === "Escape") {
        event.stopPropagation();
        input.removeAttribute("aria-invalid");
        this.edited = false;
        this.render();
      } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        event.preventDefault();
        const { value, step, min, max } = this.state;
        const by = step ?? Math.max(Math.abs(value) * 0.02, (max - min) / SLIDER_STEPS / 10);
        const next = Math.min(Math.max(value + (event.key === "ArrowUp" ? by : -by), min), max);
        this.ask(this.state.kind === "integer" ? Math.round(next) : next, true);
      }
    };
    input.oninput = () => (this.edited = true);
    return input;
  }

  make_choice(description) {
    const select = element("select");
    select.append(...description.entries.map((entry) => element("option", { value: entry, textContent: entry })));
    select.onchange = () => this.ask(select.value, false);
    this.row.classList.add("wide");
    return select;
  }

  make_switch() {
    const box = element("input", { type: "checkbox" });
    box.onchange = () => this.ask(box.checked, false);
    return box;
  }

  make_text() {
    return element("input", { type: "text", disabled: true });
  }

  // A typed number goes as it was typed: what the camera cannot take exactly is refused, with the reason.
  commit(always = false) {
    if (!this.edited && !always) return;
    this.edited = false;
    const text = this.input.value.trim().replace(",", ".");
    const isOff = this.state.optional && (text === "" || text.toLowerCase() === "off");
    const number = Number(text);
    if (isOff) this.ask(null, false);
    else if (text === "" || Number.isNaN(number)) this.input.setAttribute("aria-invalid", "true");
    else if (number !== this.state.value) this.ask(number, false);
    else this.render();
  }

  // One request at a time; what comes meanwhile is asked for when it is answered.
  ask(value, nearest) {
    if (this.pending) {
      this.next = [value, nearest];
      return;
    }
    this.pending = true;
    this.state = { ...this.state, value };
    this.render();
    this.send(value, nearest);
  }

  settled(refused) {
    this.pending = false;
    if (refused) {
      this.state = this.known;
      this.input.setAttribute("aria-invalid", "true");
      this.render();
    } else {
      this.known = this.state;
      this.input.removeAttribute("aria-invalid");
    }
    if (this.next) {
      const [value, nearest] = this.next;
      this.next = undefined;
      this.ask(value, nearest);
    }
  }

  update(state) {
    if (this.pending) return;
    this.state = this.known = state;
    this.render();
  }

  render() {
    const { state, input } = this;
    const isLocked = state.locked !== "";
    input.disabled = isLocked || state.kind === "text";
    this.badge.hidden = !state.pauses && !(isLocked && !this.under);
    this.badge.textContent = state.pauses ? "restarts" : "locked";
    this.badge.title = state.pauses ? "The stream stops for a moment to write this." : state.locked;
    this.unit.textContent = state.unit;
    this.lock.hidden = !isLocked;
    this.lock.textContent = state.locked;
    this.lock.title = state.locked;
    if (this.under) this.under.hidden = isLocked;
    this.row.title = [state.about, state.accepts && `Accepts ${state.accepts}${state.optional ? ", or off" : ""}.`].filter(Boolean).join("\n");
    if (state.kind === "switch") input.checked = state.value === true;
    else if (state.kind === "choice") input.value = state.value ?? "";
    else if (!this.edited) input.value = state.value === null ? (state.optional ? "off" : "") : plain(state.value);
    if (this.slider && document.activeElement !== this.slider) this.slider.value = this.toSlider(state.value ?? state.max);
    if (this.slider) this.slider.setAttribute("aria-valuetext", `${input.value} ${state.unit}`);
  }

  get isLogarithmic() {
    return this.state.min > 0 && this.state.max / this.state.min >= LOGARITHMIC_FROM;
  }

  toSlider(value) {
    const { min, max } = this.state;
    if (!(max > min)) return 0;
    const share = this.isLogarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
    return Math.round(share * SLIDER_STEPS);
  }

  fromSlider(position) {
    const { min, max, step } = this.state;
    const share = position / SLIDER_STEPS;
    const value = this.isLogarithmic ? min * (max / min) ** share : min + share * (max - min);
    if (position === 0) return min;
    if (position === SLIDER_STEPS) return max;
    if (step) return min + Math.round((value - min) / step) * step;
    return Number(value.toPrecision(4));
  }
}

function plain(value) {
  return typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
}

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}
