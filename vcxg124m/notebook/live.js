// The live picture in a notebook. It asks for a picture when the one before was drawn and can be seen, so the kernel
// never sends more than this page can take, and nothing while nobody looks.

const NAMES = { "exposure.time_us": ["exposure", "us"], "gain.db": ["gain", "dB"] };
const LONGEST_BY_SLIDER_US = 1e6;
const STEPS = 1000;

function make(parent, tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  parent.append(element);
  return element;
}

// Exposure times differ by powers of ten: equal ways on the slider are equal factors.
const scales = {
  "exposure.time_us": {
    top: (limits) => Math.min(limits.maximum, LONGEST_BY_SLIDER_US),
    place: (value, low, high) => Math.log(value / low) / Math.log(high / low),
    value: (place, low, high) => Number((low * (high / low) ** place).toPrecision(3)),
  },
  "gain.db": {
    top: (limits) => limits.maximum,
    place: (value, low, high) => (value - low) / (high - low),
    value: (place, low, high) => Number((low + place * (high - low)).toFixed(1)),
  },
};

function makeSetting(parent, name, send) {
  const [label, unit] = NAMES[name];
  const row = make(parent, "label", "vcxg-setting");
  make(row, "span", "vcxg-name", label);
  const slider = make(row, "input", "vcxg-slider");
  Object.assign(slider, { type: "range", min: 0, max: STEPS });
  const number = make(row, "input", "vcxg-number");
  number.type = "number";
  number.step = "any";
  make(row, "span", "", unit);
  let limits = null;
  const wish = (value) => Number.isFinite(value) && send({ say: "set", name, value });
  slider.addEventListener("input", () => {
    number.value = scales[name].value(slider.value / STEPS, limits.minimum, scales[name].top(limits));
    wish(Number(number.value));
  });
  number.addEventListener("change", () => wish(number.valueAsNumber));
  return (setting) => {
    row.hidden = !setting;
    if (!setting) return;
    limits = setting;
    slider.disabled = number.disabled = Boolean(setting.locked);
    row.title = setting.locked;
    if (document.activeElement === number || slider.matches(":active")) return;
    number.value = Number(setting.value.toPrecision(6));
    slider.value = STEPS * scales[name].place(setting.value, setting.minimum, scales[name].top(setting));
  };
}

function drawHistogram(canvas, facts) {
  const context = canvas.getContext("2d");
  const levels = facts.histogram.map((count) => Math.log1p(count));
  const top = Math.max(...levels, 1);
  const width = canvas.width / levels.length;
  context.clearRect(0, 0, canvas.width, canvas.height);
  levels.forEach((level, bin) => {
    const last = bin === levels.length - 1 && facts.saturated > 0;
    context.fillStyle = last ? "#d9453d" : "#888";
    const height = Math.ceil((level / top) * canvas.height);
    context.fillRect(bin * width, canvas.height - height, width, height);
  });
}

function render({ model, el }) {
  el.classList.add("vcxg-live");
  const left = make(el, "div", "vcxg-left");
  const head = make(left, "div", "vcxg-head");
  const button = make(head, "button", "vcxg-button", "Stop");
  const state = make(head, "span", "vcxg-state");
  const canvas = make(left, "canvas", "vcxg-picture");
  const problem = make(left, "div", "vcxg-problem");
  const right = make(el, "div", "vcxg-right");
  const title = make(right, "div", "vcxg-title");
  const send = (message) => model.send(message);
  const settings = Object.keys(NAMES).map((name) => [name, makeSetting(right, name, send)]);
  const facts = make(right, "div", "vcxg-facts");
  const histogram = make(right, "canvas", "vcxg-histogram");
  Object.assign(histogram, { width: 256, height: 64 });
  const scale = make(right, "div", "vcxg-scale");
  const table = make(right, "table", "vcxg-table");

  let seen = false;
  let drawn = true;
  let gone = false;
  // A hidden page gets no animation frame, one that is scrolled away is not seen: then it does not ask.
  const ask = () => {
    if (drawn && seen && !gone) requestAnimationFrame(() => !gone && seen && send({ say: "ready" }));
  };

  async function show(message, buffers) {
    drawn = false;
    try {
      const picture = await createImageBitmap(new Blob([buffers[0]], { type: "image/jpeg" }));
      Object.assign(canvas, { width: picture.width, height: picture.height });
      canvas.getContext("2d").drawImage(picture, 0, 0);
      picture.close();
      const [least, mean, most] = message.values;
      const share = (100 * message.saturated).toPrecision(2);
      facts.textContent =
        `frame ${message.frame_id}, ${message.shape.join(" x ")} ${message.pixel_format}\n` +
        `min ${least}, mean ${mean.toFixed(1)}, max ${most} DN`;
      scale.textContent = message.saturated > 0 ? `${share} % saturated` : `0 to ${message.full_scale} DN`;
      scale.classList.toggle("vcxg-problem", message.saturated > 0);
      drawHistogram(histogram, message);
    } finally {
      drawn = true;
      ask();
    }
  }

  function showStatus() {
    const status = model.get("status");
    title.textContent = status.camera ?? "";
    state.textContent = status.state ?? "";
    problem.textContent = status.problem ?? "";
    const closed = status.state === "closed";
    button.textContent = status.state === "stopped" ? "Start" : "Stop";
    button.disabled = closed;
    for (const [name, update] of settings) update(status.settings?.[name]);
    table.replaceChildren();
    for (const [name, number] of status.statistics ?? []) {
      const row = make(table, "tr", "");
      make(row, "th", "", name);
      make(row, "td", "", number.toLocaleString("en"));
    }
  }

  button.addEventListener("click", () => {
    const wanted = button.textContent === "Start";
    button.textContent = wanted ? "Stop" : "Start";
    send({ say: "run", wanted });
    ask();
  });
  const watcher = new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    ask();
  });
  watcher.observe(el);
  const onVisible = () => ask();
  document.addEventListener("visibilitychange", onVisible);
  model.on("msg:custom", show);
  model.on("change:status", showStatus);
  showStatus();

  return () => {
    gone = true;
    watcher.disconnect();
    document.removeEventListener("visibilitychange", onVisible);
    model.off("msg:custom", show);
    model.off("change:status", showStatus);
  };
}

export default { render };
