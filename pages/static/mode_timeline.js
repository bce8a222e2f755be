import { joinClock, lastUntil, leaveClock } from "./canvas_timeline.js";
import {
  clamp, element, fitCanvas, inkOf, mix, rgb, stepInWords, View,
} from "./stage.js";
/** @import { Clock } from "./canvas_timeline.js" */
/** @import { ModesMessage, Port, Shaped } from "./messages.js" */

const NONE = 255;
const LABEL = 18; // pixels of a strip's name above it

/** A column for each step that is known: the mode of each z of each member. */
class Strips {
  constructor() {
    this.rows = 0;
    /** @type {number[]} */
    this.steps = [];
    /** @type {ArrayLike<number>[]} */
    this.columns = [];
  }

  get first() { return this.steps[0] ?? null; }

  get last() { return this.steps.length ? this.steps[this.steps.length - 1] : null; }

  /** @param {number | null} since @param {number[]} steps @param {Shaped | undefined} places */
  replaceAfter(since, steps, places) {
    let keep = this.steps.length;
    while (keep && (since === null || this.steps[keep - 1] > since)) keep--;
    this.steps.length = this.columns.length = keep;
    if (!places) return;
    const [count, members, rows] = places.shape;
    this.rows = rows;
    for (let t = 0; t < count; t++) {
      this.steps.push(steps[t]);
      this.columns.push(places.subarray(t * members * rows, (t + 1) * members * rows));
    }
    while (this.steps.length > 600) { // thinned as the run's own pictures are, the newest half kept
      /** @param {unknown} _ @param {number} i */
      const kept = (_, i) => i % 2 === 0 || i > this.steps.length / 2;
      [this.steps, this.columns] = [this.steps.filter(kept), this.columns.filter(kept)];
    }
  }

  /** @param {number} step */
  before(step) { return lastUntil(this.steps.length, (i) => this.steps[i], step); }

  /** @param {number} step */
  nearest(step) {
    const i = this.before(step);
    const [a, b] = [this.steps[i], this.steps[i + 1]];
    return b !== undefined && b - step < step - a ? b : a;
  }
}

/** @extends {View<ModesMessage>} */
class ModeTimeline extends View {
  /** @type {Clock} */ clock;
  /** @type {ModesMessage["arrays"] | null} */ seen;

  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    this.timeline = new Strips();
    /** @type {number | null} The width for which the strips were painted. */
    this.painted = null;
    /** @type {HTMLCanvasElement[]} */
    this.sheets = [];
    this.asked = -1e9;
    this.title = element("h4", { class: "title" }, "Which mode each fixed z falls into");
    this.said = element("span", { class: "said", "aria-live": "off" });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.stage = element("div", { class: "stage", role: "img" }, this.canvas);
    this.map = element("canvas", { "aria-hidden": "true" });
    this.key = element("div", { class: "key" }, this.map, element("span", {}, "colour of a mode"));
    this.slider = element("input", {
      type: "range", min: 0, step: 1, "aria-label": "Step of the race",
      oninput: () => this.scrub(this.timeline.steps[Number(this.slider.value)]),
      onchange: () => this.tell(),
    });
    this.newest = element("button", { type: "button", title: "Back to the newest step", onclick: () => { this.clock.go(null); this.tell(); } }, "Newest");
    this.time = element("div", { class: "time" }, this.slider, this.newest);
    this.section = element("section", { class: "timeline" },
      element("div", { class: "head" }, this.title, this.said),
      element("div", { class: "body" }, this.stage, this.key), this.time);
    root.append(this.section);
    /**
     * @template {keyof HTMLElementEventMap} K @param {K} name
     * @param {(event: HTMLElementEventMap[K]) => void} act
     */
    const on = (name, act) => this.stage.addEventListener(name, act);
    on("pointerdown", (e) => { this.drag = true; this.stage.setPointerCapture(e.pointerId); this.pull(e); });
    on("pointermove", (e) => { this.hover = this.stepAt(e); if (this.drag) this.pull(e); this.speak(); });
    on("pointerup", () => { if (this.drag) this.tell(); this.drag = false; });
    on("pointercancel", () => { this.drag = false; });
    on("pointerleave", () => { this.hover = null; this.speak(); });
    this.sizes.observe(this.section);
  }

  destroy() {
    super.destroy();
    if (this.clock) leaveClock(this.clock, this);
  }

  /** @param {ModesMessage} message @param {Port} port */
  update(message, port) {
    const before = this.message;
    super.update(message, port);
    if (!before || before.clock !== message.clock) {
      if (this.clock) leaveClock(this.clock, this);
      this.clock = joinClock(message.clock, this);
    }
    if (!before || before.run !== message.run) {
      this.timeline = new Strips();
      this.clock.clear();
      for (const member of this.clock.members) if (member !== this) member.rejoin = true;
      this.seen = null;
    }
    if (this.seen !== message.arrays) {
      this.seen = message.arrays;
      this.take(message, port);
    }
    this.painted = null;
    this.refresh();
  }

  /** @param {ModesMessage} message @param {Port} port */
  take(message, port) {
    const time = performance.now();
    const gap = message.since !== null && message.since > (this.timeline.last ?? -Infinity);
    if (gap && time - this.asked > 900) {
      this.asked = time;
      const ask = { run: message.run, after: this.timeline.last, n: Date.now() };
      port.answer("ask", ask);
    }
    this.timeline.replaceAfter(message.since, message.steps, message.arrays.places);
    this.clock.extend(time, message);
  }

  /** The run goes with the step: where a viewer had gone back to in another says nothing here. */
  tell() { this.port.state("at", this.clock.at === null ? null : { run: this.message.run, step: this.clock.at }); }

  /** @param {number | undefined} step */
  scrub(step) {
    if (step === undefined) return;
    this.clock.go(step >= (this.timeline.last ?? -Infinity) ? null : step);
    this.redraw();
  }

  /** @param {PointerEvent} event */
  stepAt(event) {
    const { first, last } = this.timeline;
    if (first === null || last === null) return null;
    const box = this.stage.getBoundingClientRect();
    return this.timeline.nearest(first + clamp((event.clientX - box.left) / box.width, 0, 1) * (last - first));
  }

  /** @param {PointerEvent} event */
  pull(event) {
    const step = this.stepAt(event);
    if (step !== null) this.scrub(step);
  }

  /** What the members of a clock are asked for. */
  leap() { this.redraw(); }

  refresh() {
    const count = this.timeline.steps.length;
    this.time.hidden = count < 2;
    this.slider.max = String(Math.max(0, count - 1));
    this.newest.disabled = this.clock.at === null;
    this.section.dataset.columns = String(count);
    this.section.dataset.run = this.message.run;
    this.redraw();
  }

  /** @param {number} time */
  draw(time) {
    const { message, timeline } = this;
    if (!message || this.gone || !this.stage.clientWidth) return;
    if (this.rejoin) {
      this.rejoin = false;
      this.clock.extend(time, message);
    }
    const width = this.stage.clientWidth;
    const height = message.labels.length * (message.strip + LABEL) + 4;
    if (this.painted !== width) this.paint(width, height);
    fitCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const ink = inkOf(this.canvas);
    ink.clearRect(0, 0, width, height);
    ink.imageSmoothingEnabled = false;
    ink.font = `500 12.5px ${this.theme.font}`;
    ink.fillStyle = this.theme.ink;
    ink.textBaseline = "alphabetic";
    message.labels.forEach((label, e) => {
      const top = e * (message.strip + LABEL);
      ink.fillText(label, 0, top + 13, width);
      if (this.sheets[e]) ink.drawImage(this.sheets[e], 0, top + LABEL, width, message.strip);
      ink.strokeStyle = this.theme.line;
      ink.strokeRect(0.5, top + LABEL + 0.5, width - 1, message.strip - 1);
    });
    const step = this.clock.now(time);
    const { first, last } = timeline;
    if (step !== null && first !== null && last !== null && last > first) {
      const shown = clamp(step, first, last);
      const x = Math.round(((shown - first) / (last - first)) * (width - 2)) + 1;
      ink.lineWidth = 4;
      ink.strokeStyle = this.theme.paper;
      this.line(ink, x, height);
      ink.lineWidth = 1.6;
      ink.strokeStyle = this.theme.ink;
      this.line(ink, x, height);
      this.slider.value = String(timeline.before(shown + 1e-6));
      this.slider.setAttribute("aria-valuetext", `step ${Math.round(shown)}`);
      this.section.dataset.step = String(Math.round(shown));
      this.speak(shown);
    }
    if (this.clock.running(time)) this.redraw();
  }

  /** @param {CanvasRenderingContext2D} ink @param {number} x @param {number} height */
  line(ink, x, height) {
    for (let e = 0; e < this.message.labels.length; e++) {
      const top = e * (this.message.strip + LABEL) + LABEL;
      ink.beginPath();
      ink.moveTo(x, top);
      ink.lineTo(x, Math.min(height, top + this.message.strip));
      ink.stroke();
    }
  }

  /**
   * One sheet a member, a pixel for each z and each place along the time axis.
   * @param {number} width @param {number} height
   */
  paint(width, height) {
    this.painted = width;
    const { timeline, message, theme } = this;
    const colours = (theme.dark ? message.dark : message.light).map(rgb);
    const nothing = rgb(mix(theme.paper, theme.ink, 0.1));
    this.sheets = [];
    const across = Math.max(1, Math.min(width, 1200));
    const { first, last } = timeline;
    if (first !== null && last !== null) {
      const span = last - first || 1;
      const { rows } = timeline;
      for (let e = 0; e < message.labels.length; e++) {
        const sheet = document.createElement("canvas");
        [sheet.width, sheet.height] = [across, rows];
        const image = new ImageData(across, rows);
        for (let x = 0; x < across; x++) {
          const column = timeline.columns[timeline.before(first + (x / Math.max(1, across - 1)) * span + 1e-6)];
          for (let r = 0; r < rows; r++) {
            const mode = column[e * rows + r];
            const [red, green, blue] = (mode === NONE ? null : colours[mode % colours.length]) ?? nothing; // centres may come later
            image.data.set([red, green, blue, 255], 4 * (r * across + x));
          }
        }
        inkOf(sheet).putImageData(image, 0, 0);
        this.sheets.push(sheet);
      }
    }
    this.paintKey();
  }

  /** The modes where they lie, each in its colour. */
  paintKey() {
    const size = 84;
    const { centres } = this.message;
    this.key.hidden = !centres.length;
    if (!centres.length) return;
    const colours = this.theme.dark ? this.message.dark : this.message.light;
    fitCanvas(this.map, size, size);
    this.map.style.width = this.map.style.height = `${size}px`;
    const ink = inkOf(this.map);
    ink.clearRect(0, 0, size, size);
    const xs = centres.map(([x]) => x);
    const ys = centres.map(([, y]) => y);
    const [cx, cy] = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    const half = Math.max(Math.max(...xs) - cx, Math.max(...ys) - cy, 1e-9);
    const dot = centres.length > 12 ? 5 : 7;
    const reach = size / 2 - dot - 2;
    centres.forEach(([x, y], k) => {
      ink.beginPath();
      ink.arc(size / 2 + ((x - cx) / half) * reach, size / 2 - ((y - cy) / half) * reach, dot, 0, 2 * Math.PI);
      ink.fillStyle = colours[k];
      ink.fill();
    });
  }

  /**
   * What the strips say at the step under the pointer, or at the one that is shown.
   * @param {number} [shown]
   */
  speak(shown) {
    const step = this.hover ?? shown ?? this.clock?.now(performance.now());
    if (step === null || step === undefined || !this.timeline.steps.length) return;
    const i = this.timeline.before(step + 1e-6);
    if (this.spoken === `${i} ${this.timeline.last}`) return;
    this.spoken = `${i} ${this.timeline.last}`;
    const column = this.timeline.columns[i];
    const { rows } = this.timeline;
    const told = this.message.labels.map((label, e) => {
      const counts = new Map();
      for (let r = 0; r < rows; r++) {
        const mode = column[e * rows + r];
        if (mode !== NONE) counts.set(mode, (counts.get(mode) || 0) + 1);
      }
      return `${label} ${counts.size}`;
    });
    this.said.textContent = `step ${stepInWords(this.timeline.steps[i])} · modes that these z hit: ${told.join(", ")}`;
    this.stage.setAttribute("aria-label", `Which mode each fixed z falls into. ${this.said.textContent}`);
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new ModeTimeline(root);
