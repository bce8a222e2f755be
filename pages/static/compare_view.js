import {
  clamp, element, fitCanvas, inkOf, inWords, reducedMotion, View,
} from "./stage.js";
/** @import { CompareMessage, Point, Port } from "./messages.js" */

const MOST = 16; // device pixels for one picture pixel
const BLINK = 800; // milliseconds of one side while flickering
const REACH = 18; // CSS pixels around the divider that take hold of it
/** @type {[mode: string, label: string][]} */
const MODES = [["wipe", "Wipe"], ["side", "Side by side"], ["flicker", "Flicker"]];

/** @extends {View<CompareMessage>} */
class Compare extends View {
  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    /** @type {Map<string, Uint8Array<ArrayBuffer>>} Files by digest. */
    this.bytes = new Map();
    /** @type {Map<string, ImageBitmap>} By digest. */
    this.decoded = new Map();
    this.mode = "wipe";
    this.pair = [0, 1];
    this.cut = 0.5; // of the plot's width
    /** @type {number | null} Device pixels for one picture pixel; null fits the picture in. */
    this.zoom = null;
    this.centre = [0.5, 0.5]; // of the picture
    this.second = false; // which side a flicker shows
    /** @type {Map<number, Point>} */
    this.pointers = new Map();
    /** @type {"cut" | "pan" | "pinch" | null} */
    this.holds = null;
    this.timer = 0;
    this.asked = { at: -1e9 };
    this.modes = MODES.map(([mode, label]) => element("button", { type: "button", "data-mode": mode, onclick: () => this.choose(mode) }, label));
    this.selects = [0, 1].map((side) => element("select", {
      "aria-label": side ? "Right picture" : "Left picture",
      onchange: (e) => { this.pair[side] = Number(e.target.value); this.show(); },
    }));
    const swap = element("button", { type: "button", title: "Swap left and right", "aria-label": "Swap left and right", onclick: () => { this.pair.reverse(); this.dress(); this.show(); } }, "⇄");
    this.scale = element("output", { "aria-live": "off" });
    /** @param {string} label @param {string} text @param {() => void} act */
    const step = (label, text, act) => element("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
    this.zoomBar = element("div", { class: "group zoom", role: "group", "aria-label": "Zoom" },
      step("Zoom out", "−", () => this.zoomBy(0.5)), this.scale, step("Zoom in", "+", () => this.zoomBy(2)),
      step("One picture pixel on one screen pixel", "1:1", () => this.zoomTo(1)), step("Fit the picture in", "Fit", () => this.fit()));
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.tags = ["left", "right"].map((side) => element("div", { class: `tag ${side}` }));
    this.note = element("div", { class: "empty" }, "The pictures are on their way");
    this.plot = element("div", { class: "plot", tabindex: "0", role: "img" }, this.canvas, ...this.tags, this.note);
    this.slider = element("input", {
      type: "range", min: 0, max: 100, step: 0.5, value: 50, "aria-label": "Divider",
      oninput: () => { this.cut = Number(this.slider.value) / 100; this.redraw(); },
    });
    this.hint = element("span", {}, "Drag to pan, Ctrl + wheel or pinch to zoom. Keys: arrows, + − 0 1, space swaps, W S F.");
    this.section = element("section", { class: "compare" },
      element("div", { class: "bar" },
        element("div", { class: "group", role: "group", "aria-label": "View" }, ...this.modes),
        element("div", { class: "pair" }, this.selects[0], swap, this.selects[1]), this.zoomBar),
      this.plot, element("div", { class: "foot" }, this.slider, this.hint));
    root.append(this.section);
    /**
     * @template {keyof HTMLElementEventMap} K @param {K} name
     * @param {(event: HTMLElementEventMap[K]) => void} act @param {AddEventListenerOptions} [options]
     */
    const on = (name, act, options) => this.plot.addEventListener(name, act, options);
    on("pointerdown", (e) => this.down(e));
    on("pointermove", (e) => this.moved(e));
    on("pointerup", (e) => this.up(e));
    on("pointercancel", (e) => this.up(e));
    on("dblclick", (e) => this.zoomBy(this.device() >= MOST ? 1 / MOST : 2, this.place(e)));
    on("wheel", (e) => {
      if (!e.ctrlKey && !e.metaKey) return; // an ordinary wheel scrolls the page
      e.preventDefault();
      this.zoomBy(Math.exp(-e.deltaY * 0.004), this.place(e));
    }, { passive: false });
    on("keydown", (e) => this.keyed(e));
    this.sizes.observe(this.plot);
  }

  destroy() {
    super.destroy();
    clearInterval(this.timer);
    for (const bitmap of this.decoded.values()) bitmap.close();
    this.decoded.clear();
    this.bytes.clear();
  }

  /** @param {CompareMessage} message @param {Port} port */
  update(message, port) {
    const fresh = message.run !== this.message?.run;
    /** @param {CompareMessage | undefined} m */
    const ids = (m) => m?.pictures.map((p) => p.id).join("\n");
    const other = ids(message) !== ids(this.message);
    const chosen = this.message ? this.pair.map((i) => this.message.pictures[i]?.id) : [];
    super.update(message, port);
    if (fresh) this.pair = [message.left, message.right];
    else if (other) { // keep the methods that the viewer looks at
      /** @param {string} id @param {number} otherwise */
      const find = (id, otherwise) => { const i = message.pictures.findIndex((p) => p.id === id); return i < 0 ? otherwise : i; };
      this.pair = [find(chosen[0], message.left), find(chosen[1], message.right)];
    }
    for (const [name, file] of Object.entries(message.arrays)) if (!this.bytes.has(name)) this.bytes.set(name, file);
    const wanted = new Set(message.pictures.map((p) => p.digest));
    for (const name of this.bytes.keys()) if (!wanted.has(name)) this.bytes.delete(name);
    for (const [name, bitmap] of this.decoded) if (!wanted.has(name)) { bitmap.close(); this.decoded.delete(name); }
    const missing = [...wanted].filter((name) => !this.bytes.has(name));
    if (missing.length && performance.now() - this.asked.at > 900) {
      this.asked.at = performance.now();
      port.answer("ask", { run: message.run, missing, n: Date.now() });
    }
    this.dress();
    this.show();
  }

  /** @param {string} mode */
  choose(mode) {
    this.mode = mode;
    this.second = false;
    clearInterval(this.timer);
    if (mode === "flicker" && !reducedMotion()) {
      this.timer = setInterval(() => { this.second = !this.second; this.dress(); this.redraw(); }, BLINK);
    }
    this.dress();
    this.redraw();
  }

  dress() {
    const { pictures } = this.message;
    for (const button of this.modes) button.setAttribute("aria-pressed", String(button.dataset.mode === this.mode));
    this.selects.forEach((select, side) => {
      const wanted = pictures.map((p) => p.label).join("\n");
      if (select.dataset.labels !== wanted) {
        select.replaceChildren(...pictures.map((p, i) => element("option", { value: i }, p.label)));
        select.dataset.labels = wanted;
      }
      select.value = String(this.pair[side]);
    });
    /** @param {number} i */
    const text = (i) => (pictures[i].note ? `${pictures[i].label} · ${pictures[i].note}` : pictures[i].label);
    const [a, b] = this.pair;
    const flicker = this.mode === "flicker";
    this.tags[0].textContent = text(flicker && this.second ? b : a);
    this.tags[1].textContent = text(b);
    this.tags[1].hidden = flicker;
    this.slider.hidden = this.mode !== "wipe";
    this.plot.setAttribute("aria-label", `${pictures[a].label} against ${pictures[b].label}. Arrow keys pan, plus and minus zoom.`);
    Object.assign(this.section.dataset, { mode: this.mode, left: pictures[a].label, right: pictures[b].label, side: this.second ? "right" : "left" });
  }

  async show() {
    const names = this.pair.map((i) => this.message.pictures[i].digest);
    for (const name of names) {
      const bytes = this.bytes.get(name);
      if (this.decoded.has(name) || !bytes) continue;
      try {
        const bitmap = await createImageBitmap(new Blob([bytes]));
        if (this.gone) return bitmap.close();
        this.decoded.get(name)?.close();
        this.decoded.set(name, bitmap);
      } catch {
        this.note.textContent = "This picture cannot be shown.";
      }
    }
    this.dress();
    this.redraw();
    return undefined;
  }

  bitmaps() {
    return this.pair.map((i) => this.decoded.get(this.message?.pictures[i]?.digest));
  }

  /** The size of the world in picture pixels is that of the larger picture of the pair. */
  world() {
    const [a, b] = this.bitmaps();
    const large = (b?.width ?? 0) > (a?.width ?? 0) ? b : a;
    return large ? [large.width, large.height] : null;
  }

  pane() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    return this.mode === "side" ? [(width - 2) / 2, height] : [width, height];
  }

  ratio() { return Math.min(3, globalThis.devicePixelRatio || 1); }

  fitted() {
    const [w, h] = this.world() ?? [1, 1];
    const [width, height] = this.pane();
    return Math.min(width / w, height / h) * this.ratio();
  }

  /** Device pixels for one picture pixel now. */
  device() { return this.zoom === null ? this.fitted() : this.zoom; }

  fit() { this.zoom = null; this.centre = [0.5, 0.5]; this.redraw(); }

  /** @param {number} zoom @param {Point | null} [at] */
  zoomTo(zoom, at = null) {
    const world = this.world();
    if (!world) return;
    const before = this.device();
    const least = Math.min(this.fitted(), 1);
    const next = clamp(zoom, least, MOST);
    if (at) { // the picture's point under the pointer stays under it
      const [width, height] = this.pane();
      const offset = [at[0] - width / 2, at[1] - height / 2].map((v) => v * this.ratio());
      this.centre = this.centre.map((c, i) => c + (offset[i] / before - offset[i] / next) / world[i]);
    }
    this.zoom = Math.abs(next / this.fitted() - 1) < 1e-3 ? null : next;
    if (this.zoom === null) this.centre = [0.5, 0.5];
    this.redraw();
  }

  /** @param {number} factor @param {Point | null} [at] */
  zoomBy(factor, at = null) {
    const before = this.device();
    let next = before * factor;
    if (!at && next > 1) next = 2 ** Math.round(Math.log2(next)); // buttons and keys step on whole factors
    // Zooming out rests where the picture fits in, before it goes on.
    if (before > this.fitted() * 1.001 && next < this.fitted()) this.fit();
    else this.zoomTo(next, at);
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) { // CSS pixels
    const world = this.world();
    if (!world) return;
    const scale = this.device() / this.ratio();
    this.centre = [this.centre[0] - dx / scale / world[0], this.centre[1] - dy / scale / world[1]];
    this.redraw();
  }

  /** @param {MouseEvent} event @returns {Point} */
  place(event) {
    const box = this.plot.getBoundingClientRect();
    const [width] = this.pane();
    const x = event.clientX - box.left;
    return [this.mode === "side" && x > width ? x - width - 2 : x, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  nearCut(event) {
    const box = this.plot.getBoundingClientRect();
    return this.mode === "wipe" && Math.abs(event.clientX - box.left - this.cut * box.width) < REACH;
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button) return;
    this.plot.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.holds = this.nearCut(event) || (this.mode === "wipe" && this.zoom === null) ? "cut" : "pan";
    if (this.pointers.size > 1) this.holds = "pinch";
    this.plot.classList.toggle("dragging", this.holds === "pan");
    if (this.holds === "cut") this.moveCut(event);
  }

  /** @param {PointerEvent} event */
  moved(event) {
    this.plot.classList.toggle("edge", this.nearCut(event) || this.holds === "cut");
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const spread = () => { const [a, b] = [...this.pointers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
    const was = this.pointers.size > 1 ? spread() : 0;
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    const [dx, dy] = [event.clientX - before[0], event.clientY - before[1]];
    if (this.holds === "cut") this.moveCut(event);
    else if (this.holds === "pinch") {
      this.pan(dx / 2, dy / 2);
      if (was > 0) this.zoomTo((this.device() * spread()) / was, this.place(event));
    } else if (this.zoom !== null) this.pan(dx, dy);
  }

  /** @param {PointerEvent} event */
  up(event) {
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) this.holds = null;
    this.plot.classList.remove("dragging");
  }

  /** @param {PointerEvent} event */
  moveCut(event) {
    const box = this.plot.getBoundingClientRect();
    this.cut = clamp((event.clientX - box.left) / box.width, 0, 1);
    this.slider.value = String(this.cut * 100);
    this.redraw();
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, Point>} */
    const arrows = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    /** @type {Record<string, string>} */
    const views = { w: "wipe", s: "side", f: "flicker" };
    const arrow = arrows[event.key];
    const key = event.key.toLowerCase();
    if (arrow && this.mode === "wipe" && (event.shiftKey || this.zoom === null)) {
      this.cut = clamp(this.cut - arrow[0] * 0.02, 0, 1);
      this.slider.value = String(this.cut * 100);
      this.redraw();
    } else if (arrow) this.pan(arrow[0] * 40, arrow[1] * 40);
    else if (key === "+" || key === "=") this.zoomBy(2);
    else if (key === "-") this.zoomBy(0.5);
    else if (key === "0") this.fit();
    else if (key === "1") this.zoomTo(1);
    else if (key === " ") {
      if (this.mode === "flicker") this.second = !this.second;
      else this.pair.reverse();
      this.dress();
      this.redraw();
    } else if (views[key]) this.choose(views[key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  draw() {
    const { plot, canvas } = this;
    const world = this.world();
    if (this.gone || !plot.clientWidth || !this.message) return;
    const fits = world ? (plot.clientWidth * world[1]) / world[0] : this.message.tall;
    const tallness = `${Math.round(clamp(fits, 240, this.message.tall))}px`;
    if (plot.style.height !== tallness) plot.style.height = tallness;
    const { width, height, ratio } = fitCanvas(canvas, plot.clientWidth, plot.clientHeight);
    const ink = inkOf(canvas);
    ink.clearRect(0, 0, width, height);
    const [a, b] = this.bitmaps();
    this.note.hidden = Boolean(a && b);
    if (!world) return;
    const scale = this.device() / ratio; // CSS pixels for one picture pixel
    const [wide, tall] = [world[0] * scale, world[1] * scale];
    const pane = this.pane();
    /** @param {number} c @param {number} size @param {number} room */
    const keep = (c, size, room) => (size <= room ? 0.5 : clamp(c, room / 2 / size, 1 - room / 2 / size));
    this.centre = [keep(this.centre[0], wide, pane[0]), keep(this.centre[1], tall, pane[1])];
    /** @param {number} v */
    const snap = (v) => Math.round(v * ratio) / ratio;
    const corner = [snap(pane[0] / 2 - this.centre[0] * wide), snap(pane[1] / 2 - this.centre[1] * tall)];
    // From one screen pixel for a picture pixel upwards nothing is smoothed: pixels are squares.
    ink.imageSmoothingEnabled = scale * ratio < 0.999;
    ink.imageSmoothingQuality = "high";
    /**
     * @param {ImageBitmap | undefined} bitmap @param {number} left
     * @param {number} from @param {number} to
     */
    const paint = (bitmap, left, from, to) => {
      if (!bitmap) return;
      ink.save();
      ink.beginPath();
      ink.rect(from, 0, to - from, height);
      ink.clip();
      ink.drawImage(bitmap, left + corner[0], corner[1], wide, tall);
      ink.restore();
    };
    if (this.mode === "side") {
      paint(a, 0, 0, pane[0]);
      paint(b, pane[0] + 2, pane[0] + 2, width);
    } else if (this.mode === "flicker") paint(this.second ? b : a, 0, 0, width);
    else {
      const cut = snap(this.cut * width);
      paint(a, 0, 0, cut);
      paint(b, 0, cut, width);
      this.divider(ink, cut, height);
    }
    plot.classList.toggle("zoomed", this.zoom !== null);
    const shown = scale * ratio;
    this.scale.textContent = shown >= 1 ? `×${inWords(shown, 3)}` : `${Math.round(shown * 100)} %`;
    Object.assign(this.section.dataset, { zoom: shown.toFixed(3), x: this.centre[0].toFixed(4), y: this.centre[1].toFixed(4), cut: this.cut.toFixed(3), ready: String(Boolean(a && b)) });
  }

  /** @param {CanvasRenderingContext2D} ink @param {number} x @param {number} height */
  divider(ink, x, height) {
    ink.fillStyle = "rgb(0 0 0 / 0.45)";
    ink.fillRect(x - 2, 0, 4, height);
    ink.fillStyle = "#fff";
    ink.fillRect(x - 1, 0, 2, height);
    ink.beginPath();
    ink.arc(x, height / 2, 15, 0, 2 * Math.PI);
    ink.shadowColor = "rgb(0 0 0 / 0.35)";
    ink.shadowBlur = 8;
    ink.fill();
    ink.shadowBlur = 0;
    ink.strokeStyle = "#1d1b26";
    ink.lineWidth = 2;
    ink.lineCap = ink.lineJoin = "round";
    for (const side of [-1, 1]) {
      ink.beginPath();
      ink.moveTo(x + side * 4, height / 2 - 5);
      ink.lineTo(x + side * 9, height / 2);
      ink.lineTo(x + side * 4, height / 2 + 5);
      ink.stroke();
    }
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new Compare(root);
