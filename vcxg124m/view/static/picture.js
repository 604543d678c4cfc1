// The picture: what part of it is seen, how it is drawn, and what is pointed at.
// Coordinates are pixels of the camera's image; `scale` is pixels of the screen for one of them.

const GRID_FROM = 14; // CSS pixels for one of the image's from which its borders are drawn
const VALUES_FROM = 36; // and its value
const LARGEST = 128;
const STEP = 1.25;

export class PictureView {
  // on.look(): another part is seen; on.point(x, y | null): pointed at; on.line(line | null): drawn
  constructor(canvas, on) {
    this.canvas = canvas;
    this.on = on;
    this.context = canvas.getContext("2d");
    this.fitted = true;
    this.scale = 1;
    this.x = this.y = 0; // what lies at the top left of the canvas
    this.width = this.height = 0; // of the image
    this.current = this.backdrop = null;
    this.pointer = null;
    this.tool = null;
    this.line = null;
    this.marksSaturated = false;
    this.due = false;
    new ResizeObserver(() => this.resize()).observe(canvas);
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", (event) => this.release(event));
    canvas.addEventListener("pointerleave", () => this.pointAt(null));
    canvas.addEventListener("dblclick", () => this.fit());
  }

  get ratio() {
    return window.devicePixelRatio || 1;
  }

  // What the program is asked for: the visible part of the image and its size on the screen.
  look() {
    const left = Math.max(this.x, 0);
    const top = Math.max(this.y, 0);
    const right = Math.min(this.x + this.canvas.width / this.scale, this.width);
    const bottom = Math.min(this.y + this.canvas.height / this.scale, this.height);
    const width = Math.max(right - left, 1);
    const height = Math.max(bottom - top, 1);
    if (!this.width) return { x: 0, y: 0, width: 65536, height: 65536, screen_width: this.canvas.width || 1, screen_height: this.canvas.height || 1 };
    const limit = (size) => Math.min(Math.max(Math.round(size * this.scale), 1), 65536);
    return { x: left, y: top, width, height, screen_width: limit(width), screen_height: limit(height) };
  }

  async show(head, bytes) {
    const picture = { region: head.region, values: null, levels: head.levels };
    if (head.kind === "values") {
      picture.values = new Uint16Array(bytes);
      picture.source = shaded(picture.values, head.region, head.levels, this.marksSaturated ? head.greatest : Infinity);
    } else if (head.kind === "jpeg") {
      picture.source = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
    } else return;
    const isNewSize = head.width !== this.width || head.height !== this.height;
    this.width = head.width;
    this.height = head.height;
    if (isNewSize) {
      this.backdrop = null;
      if (this.fitted || !this.current) this.fit();
      else this.bound();
    }
    const whole = head.region[2] + 16 > this.width && head.region[3] + 16 > this.height;
    if (whole) this.backdrop = picture;
    this.current = picture;
    this.draw();
  }

  resize() {
    this.canvas.width = Math.round(this.canvas.clientWidth * this.ratio);
    this.canvas.height = Math.round(this.canvas.clientHeight * this.ratio);
    if (this.fitted) this.fit();
    else this.changed();
  }

  // -- where to look ------------------------------------------------------------------------------------------

  get fitScale() {
    return Math.min(this.canvas.width / this.width, this.canvas.height / this.height);
  }

  fit() {
    if (!this.width || !this.canvas.width) return this.changed();
    this.scale = this.fitScale;
    this.x = (this.width - this.canvas.width / this.scale) / 2;
    this.y = (this.height - this.canvas.height / this.scale) / 2;
    this.fitted = true;
    this.changed();
  }

  zoomTo(scale, at) {
    if (!this.width) return;
    const centre = at ?? { x: this.canvas.width / 2, y: this.canvas.height / 2 };
    const least = Math.min(this.fitScale, this.ratio);
    const next = Math.min(Math.max(scale, least), LARGEST * this.ratio);
    if (next <= this.fitScale * 1.0001 && next === least) return this.fit();
    this.x += centre.x / this.scale - centre.x / next;
    this.y += centre.y / this.scale - centre.y / next;
    this.scale = next;
    this.fitted = false;
    this.bound();
    this.changed();
  }

  zoomBy(steps, at) {
    this.zoomTo(this.scale * STEP ** steps, at);
  }

  panBy(dx, dy) {
    this.x += dx / this.scale;
    this.y += dy / this.scale;
    this.fitted = false;
    this.bound();
    this.changed();
  }

  // The image stays on the canvas: where it is smaller than that, in the middle.
  bound() {
    const bounded = (start, seen, size) => (seen >= size ? (size - seen) / 2 : Math.min(Math.max(start, 0), size - seen));
    this.x = bounded(this.x, this.canvas.width / this.scale, this.width);
    this.y = bounded(this.y, this.canvas.height / this.scale, this.height);
  }

  changed() {
    this.draw();
    this.on.look();
  }

  // -- pointer and tools --------------------------------------------------------------------------------------

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode ? event.deltaY * 40 : event.deltaY;
    this.zoomBy(-Math.max(-3, Math.min(3, pixels / 100)), this.onCanvas(event));
  }

  onCanvas(event) {
    return { x: event.offsetX * this.ratio, y: event.offsetY * this.ratio };
  }

  onImage(event) {
    const at = this.onCanvas(event);
    return { x: Math.floor(this.x + at.x / this.scale), y: Math.floor(this.y + at.y / this.scale) };
  }

  press(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.held = { at: this.onCanvas(event), pixel: this.onImage(event) };
    if (this.tool) this.drawTo(this.held.pixel);
    else this.canvas.classList.add("moving");
  }

  move(event) {
    if (this.held) {
      if (this.tool) this.drawTo(this.onImage(event));
      else {
        const at = this.onCanvas(event);
        this.panBy(this.held.at.x - at.x, this.held.at.y - at.y);
        this.held.at = at;
      }
    }
    this.pointAt(this.onImage(event));
  }

  release() {
    this.held = null;
    this.canvas.classList.remove("moving");
  }

  pointAt(pixel) {
    const inside = pixel && pixel.x >= 0 && pixel.y >= 0 && pixel.x < this.width && pixel.y < this.height;
    this.pointer = inside ? pixel : null;
    this.on.point(this.pointer);
  }

  useTool(tool) {
    this.tool = tool;
    this.canvas.classList.toggle("drawing", tool !== null);
    if (tool === null) this.setLine(null);
    else if (this.width) {
      // A first line through the middle of what is seen: the keyboard is enough.
      const seen = this.look();
      const x = Math.floor(seen.x + seen.width / 2);
      const y = Math.floor(seen.y + seen.height / 2);
      if (tool === "line") this.setLine([Math.floor(seen.x), y, Math.ceil(seen.x + seen.width) - 1, y]);
      else this.drawTo({ x, y });
    }
  }

  drawTo(pixel) {
    const x = Math.min(Math.max(pixel.x, 0), this.width - 1);
    const y = Math.min(Math.max(pixel.y, 0), this.height - 1);
    if (this.tool === "row") this.setLine([0, y, this.width - 1, y]);
    else if (this.tool === "column") this.setLine([x, 0, x, this.height - 1]);
    else this.setLine([...[this.held.pixel.x, this.held.pixel.y].map((each, index) => Math.min(Math.max(each, 0), (index ? this.height : this.width) - 1)), x, y]);
  }

  setLine(line) {
    this.line = line;
    this.draw();
    this.on.line(line);
  }

  markSaturated(wanted) {
    this.marksSaturated = wanted;
    this.backdrop = null; // drawn the other way
    this.on.look();
  }

  // The value at a pixel, where the values of what is seen are here.
  valueAt(x, y) {
    const { current } = this;
    if (!current?.values) return null;
    const [left, top, width, height] = current.region;
    const inside = x >= left && y >= top && x < left + width && y < top + height;
    return inside ? current.values[(y - top) * width + x - left] : null;
  }

  // -- drawing ------------------------------------------------------------------------------------------------

  draw() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.paint();
    });
  }

  paint() {
    const { context, canvas } = this;
    context.fillStyle = "#0c0e11";
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (!this.current) return;
    if (this.backdrop && this.backdrop !== this.current) this.place(this.backdrop);
    this.place(this.current);
    const size = this.scale / this.ratio;
    if (this.current.values && size >= GRID_FROM) this.paintGrid(size >= VALUES_FROM);
    if (this.line) this.paintLine();
  }

  place({ region: [x, y, width, height], source }) {
    this.context.imageSmoothingEnabled = this.scale < 2;
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(source, (x - this.x) * this.scale, (y - this.y) * this.scale, width * this.scale, height * this.scale);
  }

  paintGrid(withValues) {
    const { context, scale } = this;
    const seen = this.look();
    const [left, top] = [Math.floor(seen.x), Math.floor(seen.y)];
    const [right, bottom] = [Math.ceil(seen.x + seen.width), Math.ceil(seen.y + seen.height)];
    context.strokeStyle = "#80808040";
    context.lineWidth = 1;
    context.beginPath();
    const sharp = (at) => Math.round(at) + 0.5;
    for (let x = left; x <= right; x++) {
      context.moveTo(sharp((x - this.x) * scale), (top - this.y) * scale);
      context.lineTo(sharp((x - this.x) * scale), (bottom - this.y) * scale);
    }
    for (let y = top; y <= bottom; y++) {
      context.moveTo((left - this.x) * scale, sharp((y - this.y) * scale));
      context.lineTo((right - this.x) * scale, sharp((y - this.y) * scale));
    }
    context.stroke();
    if (!withValues) return;
    const [black, white] = this.current.levels;
    context.font = `${Math.round(Math.min(scale * 0.3, 15 * this.ratio))}px ui-monospace, "DejaVu Sans Mono", monospace`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const value = this.valueAt(x, y);
        if (value === null) continue;
        context.fillStyle = (value - black) / (white - black) > 0.5 ? "#000c" : "#fffd";
        context.fillText(value, (x + 0.5 - this.x) * scale, (y + 0.5 - this.y) * scale);
      }
    }
  }

  paintLine() {
    const { context, scale } = this;
    const [x0, y0, x1, y1] = this.line.map((each, index) => (each + 0.5 - (index % 2 ? this.y : this.x)) * scale);
    for (const [width, colour] of [[4, "#0009"], [1.6, "#62b5ff"]]) {
      context.strokeStyle = colour;
      context.lineWidth = width * this.ratio;
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
      context.stroke();
    }
  }
}

const RED = 0xff0000ff; // as bytes: red, green, blue, opacity

// Return a canvas of the values as shades, black and white where the levels say, red from `saturated` on.
function shaded(values, [, , width, height], [black, white], saturated) {
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new ImageData(width, height);
  const shades = new Uint32Array(pixels.data.buffer);
  const slope = 255 / (white - black);
  for (let index = 0; index < values.length; index++) {
    const shade = Math.max(0, Math.min(255, Math.round((values[index] - black) * slope)));
    shades[index] = values[index] >= saturated ? RED : 0xff000000 | (shade << 16) | (shade << 8) | shade;
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}
