// The page: the connection, the picture, the figures beside it and the controls, put together.

import { Connection } from "./connection.js";
import { Panel } from "./panel.js";
import { PictureView } from "./picture.js";
import { drawHistogram, drawProfile, drawTrace } from "./plots.js";

const FOCUS_HISTORY = 150;
const POINTER_INTERVAL_MS = 80;
const STATES = {
  starting: "Starting",
  live: "Live",
  waiting: "Waiting for a trigger",
  silent: "No frames yet",
  lost: "Camera lost",
  failed: "No frames",
  closed: "Camera closed",
  disconnected: "Program gone",
  frozen: "Frozen",
};

const $ = (id) => document.getElementById(id);
let status = {};
let session = "";
let head = null; // of the picture that is shown
let levels = "full";
let isFrozen = false;
let isLogarithmic = true;
let lastLook = 0;
let pointerAt = 0;
let focus = [];
let shownAt = [];
let shown = Promise.resolve(); // when all pictures that have come are on the page

// The address holds the secret only until here: not in the history, not in a screenshot.
history.replaceState(null, "", "/");

// -- pictures -----------------------------------------------------------------------------------------------------

const view = new PictureView($("picture"), {
  look: () => {
    $("zoom").textContent = `${Math.round((view.scale / view.ratio) * 100)} %`;
    ask(0);
  },
  point: () => {
    showPointer();
    const now = performance.now();
    if (view.pointer && !head?.isValues && now - pointerAt > POINTER_INTERVAL_MS) {
      pointerAt = now;
      ask(0);
    }
  },
  line: (line) => {
    $("profile").hidden = line === null;
    ask(0);
  },
});

// Ask for a picture of a frame after this one; 0 for the one that is there. Nothing is sent that is not asked for.
function ask(after) {
  if (document.hidden) return;
  lastLook += 1;
  const pointer = view.pointer && [view.pointer.x, view.pointer.y];
  connection.send({ type: "look", id: lastLook, after, hold: isFrozen, ...view.look(), levels, mark_saturated: view.marksSaturated, line: view.line, pointer });
}

async function showPicture(answer, bytes) {
  if (answer.kind === "none") return showError("", answer.error);
  await view.show(answer, bytes);
  const isNew = answer.number !== head?.number;
  if (String(answer.region) !== String(head?.region)) focus = []; // of another part of the picture
  if (head && answer.greatest !== head.greatest) setLevels("full");
  if (head && view.tool && (answer.width !== head.width || answer.height !== head.height)) useTool(view.tool);
  head = { ...answer, isValues: answer.kind === "values" };
  if (isNew) {
    shownAt = [...shownAt.filter((each) => each > performance.now() - 2000), performance.now()];
    focus = [...focus, head.focus].slice(-FOCUS_HISTORY);
  } else focus[Math.max(focus.length - 1, 0)] = head.focus;
  showFigures();
  // A look that was sent meanwhile is answered next; else the next frame is wanted.
  if (answer.look === lastLook && !isFrozen) ask(answer.number);
}

function showFigures() {
  drawHistogram($("histogram"), head, isLogarithmic);
  const share = (100 * head.saturated) / head.pixels;
  $("saturated").textContent = head.saturated && share < 0.01 ? `${head.saturated} px saturated` : `${share.toFixed(2)} % saturated`;
  $("saturated").className = `badge ${share >= 1 ? "much" : head.saturated ? "some" : ""}`;
  $("mean").textContent = head.mean.toFixed(1);
  $("sigma").textContent = head.sigma.toFixed(1);
  $("least").textContent = head.least;
  $("most").textContent = head.most;
  drawTrace($("focus-plot"), focus, FOCUS_HISTORY);
  $("focus").textContent = head.focus.toFixed(4);
  $("focus-best").textContent = Math.max(...focus).toFixed(4);
  if (head.profile && view.line) {
    drawProfile($("profile-plot"), head.profile, head.greatest);
    const [x0, y0, x1, y1] = head.line;
    $("profile-title").textContent = `(${x0}, ${y0}) to (${x1}, ${y1}): ${Math.min(...head.profile)} to ${Math.max(...head.profile)} DN`;
  }
  const offset = head.offset_x || head.offset_y ? ` at (${head.offset_x}, ${head.offset_y})` : "";
  $("frame-facts").textContent = `Frame ${head.frame_id}   ${head.width} × ${head.height}${offset}   ${head.pixel_format}   ${(head.timestamp_ns / 1e9).toFixed(3)} s`;
  showPointer();
}

function showPointer() {
  const at = view.pointer;
  if (!at || !head) {
    $("readout").textContent = "";
    return;
  }
  const value = view.valueAt(at.x, at.y) ?? head.pointer;
  const bold = document.createElement("b");
  bold.textContent = value === null ? "–" : `${value} DN`;
  $("readout").replaceChildren(`x ${at.x}   y ${at.y}   `, bold);
}

// -- the camera's state -------------------------------------------------------------------------------------------

function showStatus(message) {
  status = message;
  const { camera, statistics } = status;
  if (camera) {
    document.title = `${camera.model} ${camera.serial_number}`;
    $("camera").textContent = camera.model;
    $("address").textContent = [camera.serial_number, camera.user_id, camera.ip].filter(Boolean).join(" · ");
  }
  showState();
  $("rate").textContent = statistics?.rate_hz == null ? "–" : statistics.rate_hz.toFixed(statistics.rate_hz < 100 ? 1 : 0);
  const recent = shownAt.filter((each) => each > performance.now() - 2000).length / 2;
  $("shown-rate").textContent = recent.toFixed(0);
  $("temperature").textContent = status.temperature == null ? "–" : status.temperature.toFixed(1);
  $("fire").disabled = !(status.trigger?.mode === "On" && ["Software", "All"].includes(status.trigger.source));
  $("frames-of").textContent = status.attached ? "of the program's stream" : "";
  showCounts(statistics?.frames ?? {});
}

function showCounts(frames) {
  $("frames").replaceChildren(
    ...["delivered", "incomplete", "missed", "dropped", "underrun", "in flight"].map((kind) => {
      const entry = document.createElement("div");
      const [term, number] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = kind;
      number.textContent = frames[kind] ?? "–";
      if (["incomplete", "missed", "underrun"].includes(kind) && frames[kind]) number.className = "some";
      entry.append(term, number);
      return entry;
    }),
  );
}

function showState() {
  const state = isFrozen && status.state === "live" ? "frozen" : (status.state ?? "starting");
  const source = state === "waiting" ? ` (${status.trigger.source})` : "";
  $("state").dataset.state = state;
  $("state").textContent = STATES[state] + source + (status.attached && state === "live" ? " – the program's stream" : "");
  const notices = {
    waiting: head ? [] : ["Waiting for a trigger", `from ${status.trigger?.source}`],
    lost: ["The camera is lost", `${status.problem || "It does not answer any more."}\nIt is looked for; the picture goes on when it is back.`],
    failed: ["No frames", status.problem],
    closed: ["The camera was closed", "The program has closed it."],
    disconnected: ["The program does not answer", "It has ended, or the view was closed."],
    silent: ["No frames yet", status.attached ? "The program streams, but takes no frames." : "The first frame is on its way."],
  };
  const [title, text] = notices[state] ?? [];
  $("screen").classList.toggle("stale", ["lost", "failed", "closed", "disconnected"].includes(state));
  $("notice").hidden = !title;
  if (title) {
    const strong = document.createElement("strong");
    strong.textContent = title;
    $("notice").replaceChildren(strong, text ?? "");
  }
}

function showError(kind, text) {
  $("error").hidden = false;
  $("error-text").textContent = kind ? `${kind}: ${text}` : text;
}

function hideError() {
  $("error").hidden = true;
}

// -- controls -----------------------------------------------------------------------------------------------------

const panel = new Panel($("panel"), {
  set: (values, nearest) => connection.send({ type: "set", values, nearest }),
  shown: () => view.look(),
});

const connection = new Connection({
  open: () => {
    status = {};
    ask(0);
  },
  close: () => {
    status = { ...status, state: "disconnected" };
    showState();
  },
  picture: (answer, bytes) => {
    // One after the other: a JPEG takes a while to decode, and must not take the place of what was asked for later.
    shown = shown.catch(() => {}).then(() => showPicture(answer, bytes)); // of an error the console has told
  },
  message: (message) => {
    if (message.type === "hello") session = message.session;
    else if (message.type === "status") showStatus(message);
    else if (message.type === "panel") panel.update(message.sections);
    else if (message.type === "done") {
      hideError();
      panel.settled(message.names, false);
    } else if (message.type === "refused") {
      showError(message.kind, message.error);
      panel.settled(message.names, true);
    }
  },
});

function freeze() {
  isFrozen = !isFrozen;
  $("freeze").setAttribute("aria-pressed", isFrozen);
  showState();
  ask(isFrozen ? 0 : (head?.number ?? 0));
}

async function save(kind) {
  if (!head) return;
  const answer = await fetch(`frame.${kind}?session=${session}`);
  if (!answer.ok) return showError("Not saved", await answer.text());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = answer.headers.get("Content-Disposition").match(/filename="(.*)"/)[1];
  link.click();
  URL.revokeObjectURL(link.href);
}

function setLevels(next) {
  levels = next;
  for (const button of document.querySelectorAll("[data-levels]")) button.setAttribute("aria-pressed", button.dataset.levels === next);
  ask(0);
}

function useTool(tool) {
  const next = view.tool === tool ? null : tool;
  for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", button.dataset.tool === next);
  view.useTool(next);
}

showCounts({});
const fire = () => connection.send({ type: "fire" });
$("fire").onclick = fire;
$("freeze").onclick = freeze;
$("save-tiff").onclick = () => save("tiff");
$("save-png").onclick = () => save("png");
$("fit").onclick = () => view.fit();
$("one").onclick = () => view.zoomTo(view.ratio);
$("in").onclick = () => view.zoomBy(1);
$("out").onclick = () => view.zoomBy(-1);
$("log").onclick = () => {
  isLogarithmic = !isLogarithmic;
  $("log").setAttribute("aria-pressed", isLogarithmic);
  if (head) drawHistogram($("histogram"), head, isLogarithmic);
};
$("mark").onchange = () => view.markSaturated($("mark").checked);
$("focus-reset").onclick = () => (focus = []);
$("profile-close").onclick = () => useTool(view.tool);
$("error-close").onclick = hideError;
for (const button of document.querySelectorAll("[data-levels]")) button.onclick = () => setLevels(button.dataset.levels);
for (const button of document.querySelectorAll("[data-tool]")) button.onclick = () => useTool(button.dataset.tool);

// The nearer of the two levels follows the pointer.
function dragLevel(event) {
  if (!head || !(event.buttons & 1)) return;
  const value = Math.round((event.offsetX / $("histogram").clientWidth) * head.greatest);
  const [black, white] = Array.isArray(levels) ? levels : head.levels;
  if (event.type === "pointerdown") {
    $("histogram").setPointerCapture(event.pointerId);
    dragLevel.moves = Math.abs(value - black) < Math.abs(value - white) ? "black" : "white";
  }
  const bounded = Math.min(Math.max(value, 0), head.greatest);
  if (dragLevel.moves === "black") setLevels([Math.min(bounded, white - 1), white]);
  else setLevels([black, Math.max(bounded, black + 1)]);
}
$("histogram").addEventListener("pointerdown", dragLevel);
$("histogram").addEventListener("pointermove", dragLevel);

const KEYS = {
  f: freeze,
  s: () => save("tiff"),
  l: () => useTool("line"),
  r: () => useTool("row"),
  c: () => useTool("column"),
  m: () => $("mark").click(),
  t: fire,
  0: () => view.fit(),
  1: () => view.zoomTo(view.ratio),
  "+": () => view.zoomBy(1),
  "=": () => view.zoomBy(1),
  "-": () => view.zoomBy(-1),
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    hideError();
    if (view.tool) useTool(view.tool);
    return;
  }
  const isTyping = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (isTyping) return;
  if (event.target === view.canvas && ARROWS[event.key]) {
    event.preventDefault();
    const [dx, dy] = ARROWS[event.key];
    view.panBy(dx * view.canvas.width * 0.1, dy * view.canvas.height * 0.1);
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "t" && $("fire").disabled) return;
  KEYS[key]?.();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) ask(0);
});
