import { Drawing } from "./canvas_drawing.js";
import {
  boundaryPath, landscapeColours, LandscapePainter, paintArrows, paintManifold, paintPoints, scoreAt, sigmoid,
} from "./canvas_layers.js";
import { LAYERS, Legend, legibleColours, NAMES } from "./canvas_legend.js";
import { EASE, joinClock, leaveClock, mixedState, positions, Timeline } from "./canvas_timeline.js";
import {
  ARROWS, clamp, element, fitCanvas, inkOf, inWords, niceTicks, reducedMotion, stepInWords, View,
} from "./stage.js";
/** @import { Clock, State } from "./canvas_timeline.js" */
/** @import { CanvasMessage, Colours, Layer, Point, Port } from "./messages.js" */

/** @extends {View<CanvasMessage>} */
class Playground extends View {
  /** @type {Clock} */ clock;
  /** @type {Timeline} */ timeline;
  /** @type {Colours} */ colours;
  /** @type {(x: number) => number} */ toX;
  /** @type {(y: number) => number} */ toY;
  /** @type {Uint8ClampedArray<ArrayBuffer>} */ table;
  /** @type {State | null} */ shown;
  /** @type {Float32Array | null} */ painted;
  /** @type {CanvasMessage["arrays"] | null} */ seen;

  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    /** @type {{ real?: Float32Array, drawn?: Float32Array }} */
    this.still = {};
    /** @type {CanvasMessage["still"]} */
    this.marks = {};
    this.width = this.height = 0;
    this.sheet = document.createElement("canvas");
    this.sheetKey = "";
    this.painter = new LandscapePainter();
    /** @type {State | null} The state that the present one is reached from. */
    this.held = null;
    this.heldAt = -1e9;
    /** @type {Point | null} */
    this.probe = null;
    this.sum = NaN;
    /** @type {number | null | undefined} */
    this.told = undefined;
    this.moved = 0;
    this.asked = -1e9;
    this.title = element("h4", { class: "title" });
    this.legend = new Legend(() => this.clock);
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.tip = element("div", { class: "tip", hidden: "" });
    this.note = element("div", { class: "empty" });
    this.stage = element("div", { class: "stage", role: "img", tabindex: "0" }, this.canvas, this.note, this.tip);
    this.step = element("span", { class: "step" });
    this.foot = element("div", { class: "foot" }, this.step, this.legend.key);
    this.slider = element("input", {
      type: "range", min: 0, step: 1, "aria-label": "Step of the run",
      oninput: () => this.scrub(Number(this.slider.value)),
      onchange: () => this.port.state("at", this.clock.at),
    });
    this.newest = element("button", { type: "button", title: "Back to the newest step", onclick: () => { this.clock.go(null); this.port.state("at", null); } }, "Newest");
    this.time = element("div", { class: "time", hidden: "" }, this.slider, this.newest);
    this.drawing = new Drawing(() => { this.drawing.dress(); this.redraw(); }, (points) => {
      const rounded = points.map((pair) => pair.map((v) => Number(v.toPrecision(5))));
      this.port.trigger("points", rounded);
    });
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    this.section = element("section", { class: "playground" }, this.title, this.legend.layers, this.drawing.bar, this.stage, this.foot, this.time, this.spoken);
    root.append(this.section);
    /**
     * @template {keyof HTMLElementEventMap} K @param {K} name
     * @param {(event: HTMLElementEventMap[K]) => void} act @param {AddEventListenerOptions} [options]
     */
    const on = (name, act, options) => this.stage.addEventListener(name, act, options);
    on("pointerdown", (e) => this.press(e));
    on("pointermove", (e) => this.move(e));
    on("pointerup", () => this.lift());
    on("pointercancel", () => this.lift());
    on("pointerleave", (e) => { if (e.pointerType !== "touch" && !this.drawing.stroke) { this.probe = this.drawing.cursor = null; this.redraw(); } });
    on("keydown", (e) => this.keyed(e));
    on("blur", () => { this.probe = null; this.redraw(); });
    this.sizes.observe(this.section);
  }

  destroy() {
    super.destroy();
    if (this.clock) leaveClock(this.clock, this);
  }

  /** @param {CanvasMessage} message @param {Port} port */
  update(message, port) {
    const before = this.message;
    const other = !before || before.run !== message.run || before.extent.join() !== message.extent.join();
    super.update(message, port);
    this.colours = legibleColours(message, this.theme);
    if (!before || before.clock !== message.clock) {
      if (this.clock) leaveClock(this.clock, this);
      this.clock = joinClock(message.clock, this);
      if (!this.clock.on) [this.clock.on, this.clock.as] = [new Set(message.layers), message.landscape_as];
    }
    if (other) {
      this.timeline = new Timeline(message.extent);
      this.held = this.shown = null;
      // The others of the clock are told of a new run as well, by messages of their own.
      this.clock.clear();
      for (const member of this.clock.members) if (member !== this) member.rejoin = true;
      this.seen = null;
    }
    if (this.seen !== message.arrays) {
      this.seen = message.arrays;
      this.take(message, port);
    }
    if (message.at !== (before ? before.at : null)) this.clock.go(message.at);
    this.timeline.now = message.of === "now";
    if (!other && before.of !== message.of && this.shown) this.leap();
    this.table = landscapeColours(this.colours.fake, this.colours.real, this.theme.dark);
    this.painted = null;
    if (message.mode === "draw") {
      const fresh = this.marks.drawn !== this.openedWith;
      this.openedWith = this.marks.drawn;
      const points = fresh && this.still.drawn ? this.pairs(this.still.drawn) : null;
      this.drawing.open(message.extent, message.most_points, points);
    }
    this.refresh();
  }

  /** @param {CanvasMessage} message @param {Port} port */
  take(message, port) {
    const time = performance.now();
    for (const name of /** @type {("real" | "drawn")[]} */ (["real", "drawn"])) {
      if (message.arrays[name] && message.still[name]) {
        this.still[name] = positions(message.arrays[name], message.extent);
        this.marks[name] = message.still[name];
      } else if (!message.still[name]) {
        delete this.still[name];
        delete this.marks[name];
      }
    }
    const missing = Object.values(message.still).filter((mark) => !Object.values(this.marks).includes(mark));
    // A message was lost: what came is shown, and what lies before it is asked for.
    const gap = message.since !== null && message.since > (this.timeline.last ?? -Infinity);
    if ((missing.length || gap) && time - this.asked > 900) {
      this.asked = time;
      const ask = { run: message.run, missing, after: this.timeline.last, n: Date.now() };
      setTimeout(() => port.state("ask", ask));
    }
    const was = this.shown;
    this.timeline.replaceAfter(message.since, message.frames, message.arrays);
    if (this.clock.extend(time, message) && was) this.leap();
    for (const member of this.clock.members) member.redraw();
  }

  /** @param {ArrayLike<number>} flat @returns {Point[]} */
  pairs(flat) {
    return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
  }

  /** What is shown now is left for a state that does not follow it: glide there. */
  leap() {
    this.held = this.shown;
    this.heldAt = performance.now();
    this.refresh();
  }

  /** @param {number} i */
  scrub(i) {
    const { frames } = this.timeline;
    this.clock.go(i >= frames.length - 1 ? null : frames[i].step);
  }

  get on() { return this.clock.on ?? new Set(); }

  get as() { return this.clock.as; }

  /** @param {Layer} layer */
  available(layer) {
    if (layer === "real") return Boolean(this.still.real?.length);
    return layer === "fake" ? this.timeline.frames.length > 0 : Boolean(this.timeline.has[layer]);
  }

  refresh() {
    const { message } = this;
    if (!message) return;
    const drawing = message.mode === "draw";
    this.title.textContent = message.title;
    this.title.hidden = !message.title;
    this.foot.hidden = drawing;
    this.section.classList.toggle("shared", message.clock !== "");
    this.drawing.bar.hidden = !drawing;
    this.stage.classList.toggle("draw", drawing);
    const layers = LAYERS.filter((layer) => this.available(layer));
    this.legend.show(drawing || !message.legend ? [] : layers, this.colours, this.theme);
    this.note.hidden = drawing ? this.drawing.points.length > 0 : this.timeline.frames.length > 0;
    this.note.textContent = drawing ? "Draw where real points should lie" : message.empty;
    const { frames } = this.timeline;
    this.time.hidden = drawing || !message.history || frames.length < 2;
    this.newest.disabled = this.clock.at === null;
    this.section.dataset.layers = layers.filter((layer) => this.on.has(layer)).join(" ");
    this.section.dataset.run = message.run;
    this.section.dataset.frames = String(frames.length);
    this.section.dataset.last = String(this.timeline.last ?? "");
    this.redraw();
  }

  /** @param {number} time */
  draw(time) {
    const { message } = this;
    if (!message || this.gone || !this.section.clientWidth) return;
    if (this.rejoin) {
      this.rejoin = false;
      this.clock.extend(time, message);
    }
    const [left, right, bottom, top] = message.extent;
    const aspect = (right - left) / (top - bottom);
    const width = Math.floor(Math.min(this.section.clientWidth - 2, message.max_height * aspect));
    const height = Math.round(width / aspect);
    if (this.width !== width || this.height !== height) {
      [this.width, this.height] = [width, height];
      this.stage.style.width = `${width}px`;
      this.stage.style.height = `${height}px`;
    }
    fitCanvas(this.canvas, width, height);
    const ink = inkOf(this.canvas);
    ink.clearRect(0, 0, width, height);
    this.toX = (x) => ((x - left) / (right - left)) * width;
    this.toY = (y) => height - ((y - bottom) / (top - bottom)) * height;
    const drawing = message.mode === "draw";
    let going = false;
    if (drawing) {
      this.paintAxes(ink);
      this.drawing.paint(ink, this.toX, this.toY, this.colours, this.theme);
      this.note.hidden = this.drawing.points.length > 0;
      this.section.dataset.points = String(this.drawing.points.length);
    } else {
      const step = this.position(time);
      let state = step === null ? null : this.timeline.at(step);
      const t = reducedMotion() ? 1 : clamp((time - this.heldAt) / EASE, 0, 1);
      if (this.held && t < 1) state = mixedState(this.held, state, t * t * (3 - 2 * t));
      else this.held = null;
      this.paintState(ink, state);
      this.follow(state);
      this.shown = state;
      going = t < 1 || this.clock.running(time);
    }
    this.paintProbe(ink);
    if (going) this.redraw();
  }

  /** @param {number} time */
  position(time) {
    const { first, last } = this.timeline;
    if (first === null || last === null) return null;
    const step = this.clock.now(time);
    if (step === null) return last;
    const held = this.clock.at !== null ? this.common(step) : step;
    return clamp(held, first, last);
  }

  /**
   * The stored step nearest to this one. Canvases of one clock may have lost different messages: it
   * is one that all of them hold.
   * @param {number} step
   */
  common(step) {
    const others = [...this.clock.members].filter((one) => one !== this && one.timeline?.frames?.length);
    const held = this.timeline.frames.map((frame) => frame.step);
    const shared = others.length ? held.filter((one) => others.every((other) => other.timeline?.holds?.(one))) : held;
    if (!shared.length) return this.timeline.nearest(step);
    return shared.reduce((best, one) => (Math.abs(one - step) < Math.abs(best - step) ? one : best));
  }

  /**
   * Tells the page, once for each picture in which points have moved, and the reader which step it is.
   * @param {State | null} state
   */
  follow(state) {
    let sum = 0;
    if (state) for (let i = 0; i < state.fake.length; i++) if (state.fake[i] === state.fake[i]) sum += Math.round(this.toX(state.fake[i]) * 20) * ((i % 97) + 1);
    if (state && sum !== this.sum) {
      this.sum = sum;
      this.moved += 1;
      this.section.dataset.moved = String(this.moved);
    }
    const step = state ? Math.round(state.step) : null;
    if (step === this.told) return;
    this.told = step;
    this.section.dataset.step = String(step ?? "");
    this.step.textContent = step === null ? "" : `step ${stepInWords(step)}`;
    const { frames } = this.timeline;
    if (!this.time.hidden && state) {
      this.slider.max = String(frames.length - 1);
      this.slider.value = String(this.timeline.before(state.step + 1e-6));
      this.slider.setAttribute("aria-valuetext", `step ${step}`);
    }
    const now = performance.now();
    if (!this.described || now - this.described > 5000) {
      this.described = now;
      const shown = LAYERS.filter((layer) => this.available(layer) && this.on.has(layer)).map((layer) => NAMES[layer]);
      this.stage.setAttribute("aria-label", `${this.message.title || "Playground"}: step ${step}, showing ${shown.join(", ")}. Arrow keys move a probe.`);
    }
  }

  /** @param {Layer} layer */
  strength(layer) {
    const { emphasis } = this.message;
    return !emphasis.length || emphasis.includes(layer) ? 1 : 0.18;
  }

  /** @param {CanvasRenderingContext2D} ink @param {State | null} state */
  paintState(ink, state) {
    const { on, colours, theme, width, height, toX, toY } = this;
    /** @param {Layer} layer */
    const shown = (layer) => on.has(layer);
    if (state?.landscape && shown("landscape")) {
      const key = state.landscape.grid;
      const finer = this.painter.resize(Math.round(clamp(Math.max(width, height) / 3.5, 40, 144)));
      if (finer || this.painted !== key) {
        this.painter.compute(state.landscape, this.as, this.table);
        this.painted = key;
      }
      ink.globalAlpha = this.strength("landscape");
      this.painter.paint(ink, width, height);
      ink.globalAlpha = 1;
    }
    this.paintAxes(ink);
    if (state?.landscape && shown("landscape")) {
      const path = boundaryPath(state.landscape, width, height);
      ink.lineCap = "round";
      ink.globalAlpha = this.strength("landscape") * 0.8;
      ink.strokeStyle = theme.paper;
      ink.lineWidth = 3.6;
      ink.stroke(path);
      ink.globalAlpha = this.strength("landscape");
      ink.strokeStyle = theme.ink;
      ink.lineWidth = 1.5;
      ink.stroke(path);
      ink.globalAlpha = 1;
    }
    const size = clamp(width / 190, 1.9, 3);
    if (this.still.real && shown("real")) {
      ink.globalAlpha = this.strength("real") * 0.85;
      ink.drawImage(this.realSheet(this.still.real, size), 0, 0, width, height);
      ink.globalAlpha = 1;
    }
    if (!state) return;
    if (state.manifold && shown("manifold")) {
      paintManifold(ink, state.manifold, toX, toY, colours.G, width * height, this.strength("manifold"));
    }
    if (shown("fake")) {
      paintPoints(ink, state.fake, toX, toY, "diamond", size, colours.fake, theme.paper, this.strength("fake"));
    }
    if (state.arrows && shown("arrows")) {
      paintArrows(ink, state.fake, state.arrows, toX, toY, 26 / (this.timeline.longest || 1), theme.ink, theme.paper, this.strength("arrows"));
    }
  }

  /**
   * Real points stand still: they are painted once for each size and theme.
   * @param {Float32Array} real @param {number} size
   */
  realSheet(real, size) {
    const { width, height, colours } = this;
    const key = [this.marks.real, width, height, this.canvas.width, colours.real, this.theme.paper, ...this.message.extent].join();
    if (this.sheetKey !== key) {
      this.sheetKey = key;
      fitCanvas(this.sheet, width, height);
      const ink = inkOf(this.sheet);
      ink.clearRect(0, 0, width, height);
      paintPoints(ink, real, this.toX, this.toY, "disc", size * 0.95, colours.real, this.theme.paper, 1);
    }
    return this.sheet;
  }

  /** @param {CanvasRenderingContext2D} ink */
  paintAxes(ink) {
    const { theme, width, height, toX, toY } = this;
    const [left, right, bottom, top] = this.message.extent;
    ink.strokeStyle = theme.ink;
    ink.globalAlpha = 0.1;
    ink.lineWidth = 1;
    const across = niceTicks(left, right, width / 90);
    const upward = niceTicks(bottom, top, height / 90);
    ink.beginPath();
    for (const t of across) { const x = Math.round(toX(t)) + 0.5; ink.moveTo(x, 0); ink.lineTo(x, height); }
    for (const t of upward) { const y = Math.round(toY(t)) + 0.5; ink.moveTo(0, y); ink.lineTo(width, y); }
    ink.stroke();
    ink.globalAlpha = 0.6;
    ink.fillStyle = theme.ink;
    ink.font = `10.5px ${theme.font}`;
    ink.textAlign = "left";
    for (const t of across) if (toX(t) > 14 && toX(t) < width - 26) ink.fillText(inWords(t, 3), toX(t) + 3, height - 5);
    for (const t of upward) if (toY(t) > 14 && toY(t) < height - 16) ink.fillText(inWords(t, 3), 5, toY(t) - 3);
    ink.globalAlpha = 1;
  }

  /** @param {PointerEvent} event @returns {Point} */
  place(event) {
    const at = this.stage.getBoundingClientRect();
    const [left, right, bottom, top] = this.message.extent;
    return [
      left + clamp((event.clientX - at.left) / this.width, 0, 1) * (right - left),
      top - clamp((event.clientY - at.top) / this.height, 0, 1) * (top - bottom),
    ];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (!this.width || (event.pointerType === "mouse" && event.button > 0)) return;
    const at = this.place(event);
    if (this.message.mode === "draw") {
      this.stage.setPointerCapture(event.pointerId);
      this.drawing.cursor = at;
      this.drawing.begin(at, event.buttons === 32 ? "eraser" : undefined); // the pen's other end
      this.drawing.changed();
    } else {
      this.probe = at;
      this.redraw();
    }
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.width) return;
    if (this.message.mode === "draw") {
      this.drawing.cursor = this.place(event);
      if (this.drawing.stroke) for (const part of event.getCoalescedEvents?.() ?? [event]) this.drawing.go(this.place(part));
    } else if (event.pointerType !== "touch" || event.buttons) this.probe = this.place(event);
    this.redraw();
  }

  lift() { if (this.drawing.stroke) this.drawing.end(); }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (this.message.mode === "draw") {
      if (!this.drawing.keyed(event)) return;
    } else {
      const [left, right, bottom, top] = this.message.extent;
      if (event.key === "Escape") this.probe = null;
      else if (event.key in ARROWS && !event.ctrlKey && !event.metaKey && !event.altKey) {
        const far = event.shiftKey ? 0.1 : 0.02;
        const [x, y] = this.probe || [(left + right) / 2, (bottom + top) / 2];
        const [dx, dy] = ARROWS[event.key];
        this.probe = [clamp(x + dx * far * (right - left), left, right), clamp(y + dy * far * (top - bottom), bottom, top)];
        this.spoken.textContent = this.reading(this.probe).join(", ");
      } else return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.redraw();
  }

  /** Where the probe stands and what D says there. @param {Point} probe */
  reading([x, y]) {
    const [left, right, bottom, top] = this.message.extent;
    const lines = [`x ${inWords(Number(x.toPrecision(3)))}, y ${inWords(Number(y.toPrecision(3)))}`];
    const land = this.shown?.landscape;
    if (land) {
      const score = scoreAt(land, (x - left) / (right - left), (y - bottom) / (top - bottom));
      const opinion = score > land.boundary ? "looks real" : "looks fake";
      lines.push(this.as === "probability" ? `D(x) = ${sigmoid(score).toFixed(3)}, ${opinion}` : `score ${inWords(score, 3)}, ${opinion}`);
    }
    return lines;
  }

  /** @param {CanvasRenderingContext2D} ink */
  paintProbe(ink) {
    const { tip, probe } = this;
    tip.hidden = !probe || this.message.mode === "draw";
    if (!probe || tip.hidden) return;
    const [x, y] = [this.toX(probe[0]), this.toY(probe[1])];
    ink.strokeStyle = this.theme.ink;
    ink.lineWidth = 1;
    ink.globalAlpha = 0.75;
    ink.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      ink.moveTo(x + 3 * dx, y + 3 * dy);
      ink.lineTo(x + 9 * dx, y + 9 * dy);
    }
    ink.stroke();
    ink.globalAlpha = 1;
    const [where, answer] = this.reading(probe);
    tip.replaceChildren(element("span", {}, where), ...(answer ? [element("b", {}, answer)] : []));
    const [w, h] = [tip.offsetWidth, tip.offsetHeight];
    const left = x + 14 + w > this.width ? x - 14 - w : x + 14;
    tip.style.transform = `translate(${Math.round(clamp(left, 0, Math.max(0, this.width - w)))}px, ${Math.round(clamp(y - h - 10, 0, this.height - h))}px)`;
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new Playground(root);
