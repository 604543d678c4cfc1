// Histogram, focus history and profile: three small drawings.

const LINE = "#62b5ff";
const MUTED = "#9ba5b3";
const FAINT = "#2a2f38";

function prepared(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = "11px system-ui, 'DejaVu Sans', sans-serif";
  return { context, width, height };
}

export const HISTOGRAM_FOOT = 16;

export function drawHistogram(canvas, { histogram, greatest, levels }, logarithmic) {
  const { context, width, height } = prepared(canvas);
  const base = height - HISTOGRAM_FOOT;
  const shown = (count) => (logarithmic ? Math.log10(1 + count) : count);
  const most = Math.max(...histogram.map(shown), 1e-9);
  context.fillStyle = "#0c0e11";
  context.fillRect(0, 0, width, base);
  // A column of pixels shows the highest of the bins that fall into it, so that none is hidden and none is a gap.
  for (let x = 0; x < width; x++) {
    const first = Math.floor((x * histogram.length) / width);
    const last = Math.max(first, Math.ceil(((x + 1) * histogram.length) / width) - 1);
    const high = (Math.max(...histogram.slice(first, last + 1).map(shown)) / most) * (base - 4);
    context.fillStyle = last === histogram.length - 1 ? "#ff7a72" : "#8794a5";
    context.fillRect(x, base - high, 1, high);
  }
  const at = (value) => (value / greatest) * (width - 1);
  levels.forEach((level, index) => {
    const x = at(Math.min(Math.max(level, 0), greatest));
    context.fillStyle = "#62b5ff22";
    if (index === 0) context.fillRect(0, 0, x, base);
    else context.fillRect(x, 0, width - x, base);
    context.fillStyle = LINE;
    context.fillRect(Math.round(x) - (index ? 1 : 0), 0, 1.5, base);
  });
  context.fillStyle = MUTED;
  context.textBaseline = "bottom";
  context.textAlign = "left";
  context.fillText("0", 0, height);
  context.textAlign = "right";
  context.fillText(`${greatest} DN`, width, height);
  context.textAlign = "center";
  if (levels[0] > 0 || levels[1] < greatest) context.fillText(`shown: ${levels[0]} to ${levels[1]}`, width / 2, height);
}

export function drawTrace(canvas, values, length) {
  const { context, width, height } = prepared(canvas);
  context.fillStyle = "#0c0e11";
  context.fillRect(0, 0, width, height);
  if (values.length < 2) return;
  const most = Math.max(...values) * 1.05 || 1;
  const y = (value) => height - 2 - (value / most) * (height - 6);
  const x = (index) => width - 1 - ((values.length - 1 - index) / (length - 1)) * (width - 2);
  context.strokeStyle = FAINT;
  context.beginPath();
  context.moveTo(0, Math.round(y(Math.max(...values))) + 0.5);
  context.lineTo(width, Math.round(y(Math.max(...values))) + 0.5);
  context.stroke();
  context.strokeStyle = LINE;
  context.lineWidth = 1.5;
  context.beginPath();
  values.forEach((value, index) => context.lineTo(x(index), y(value)));
  context.stroke();
}

export function drawProfile(canvas, values, greatest) {
  const { context, width, height } = prepared(canvas);
  const [left, base] = [38, height - 14];
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = Math.max(8, Math.round((most - least) * 0.08));
  const [low, high] = [Math.max(0, least - room), Math.min(greatest, most + room)];
  const y = (value) => base - ((value - low) / (high - low || 1)) * (base - 4);
  const x = (index) => left + (index / Math.max(values.length - 1, 1)) * (width - left - 2);
  context.strokeStyle = FAINT;
  context.fillStyle = MUTED;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of [low, Math.round((low + high) / 2), high]) {
    const at = Math.round(y(value)) + 0.5;
    context.beginPath();
    context.moveTo(left, at);
    context.lineTo(width, at);
    context.stroke();
    context.fillText(value, left - 6, Math.min(Math.max(at, 6), base));
  }
  context.textBaseline = "bottom";
  context.textAlign = "left";
  context.fillText("0", left, height);
  context.textAlign = "right";
  context.fillText(`${values.length - 1} px`, width, height);
  context.strokeStyle = LINE;
  context.lineWidth = values.length > width ? 1 : 1.5;
  context.beginPath();
  values.forEach((value, index) => context.lineTo(x(index), y(value)));
  context.stroke();
}
