import { ChartGestures } from "./chart_gestures.js";
import { swatch } from "./chart_painting.js";
import { reach, Rows, thin } from "./chart_rows.js";
import {
  clamp, element, inWords, legible, percentInWords, reducedMotion,
} from "./stage.js";
/** @import { Curve } from "./chart_rows.js" */
/** @import { ChartMessage, Point, Port, Series } from "./messages.js" */

/**
 * @typedef {Series & { colour: string }} Drawn a curve in the colour that it has on this page
 *
 * @typedef {object} Box the plot inside its canvas, in CSS pixels
 * @property {number} width
 * @property {number} height
 * @property {number} top
 * @property {number} bottom
 * @property {number} left
 * @property {number} right
 * @property {number} inner
 * @property {number} tall
 *
 * @typedef {object} Zoom from pixel to pixel
 * @property {"zoom" | "pan"} kind
 * @property {number} from
 * @property {number} to
 * @property {Point} view the steps that were in view
 *
 * @typedef {{ kind: "pinch", a: number, b: number }} Pinch the steps under two fingers
 */

const SPOKEN_EVERY = 15000; // milliseconds

/** A chart of one node: its rows, its view, its spoken text. chart_painting.js draws it. */
export class Chart extends ChartGestures {
  /** @type {Box} */ box;
  /** @type {(step: number) => number} */ toX;
  /** @type {{ smooth: boolean, log: boolean }} */ switches;
  /** @type {Drawn[]} */ series;
  /** @type {HTMLOutputElement[]} */ values;
  /** @type {number} */ crowd;
  /** @type {ChartMessage["arrays"] | null} */ seen;

  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    this.root = root;
    this.rows = new Rows([]);
    /** @type {Set<string>} */
    this.hidden = new Set();
    /** @type {Point | null} The steps in view, or the whole run. */
    this.view = null;
    this.follow = false;
    /** @type {Point | null} The y range as drawn, on its way to this.target. */
    this.axis = null;
    /** @type {Point} */
    this.target = [0, 1];
    /** @type {number | null} The step under the crosshair. */
    this.cross = null;
    /** @type {Zoom | Pinch | null} */
    this.drag = null;
    /** @type {Map<number, number>} */
    this.touches = new Map();
    this.asked = { n: 0, at: -1e9, since: 0 };
    this.spokenAt = 0;
    this.shape = this.begun = ""; // what the legend shows, and of which run the plot speaks
    /** @type {(Curve | null)[] | null} */
    this.curves = null;
    this.draws = 0;
    /** @param {string} label @param {string} title @param {() => void} act */
    const tool = (label, title, act) => element("button", { type: "button", title, onclick: act }, label);
    this.title = element("h4", { class: "title" });
    this.tools = {
      reset: tool("Reset zoom", "Show the whole run (0 or double-click)", () => this.reset()),
      follow: tool("Follow", "Keep the newest steps in view (F)", () => this.toggleFollow()),
      smooth: tool("Smooth", "Moving average over the raw curve (S)", () => this.toggle("smooth")),
      log: tool("Log", "Logarithmic axis (L)", () => this.toggle("log")),
    };
    this.legend = element("div", { class: "legend", role: "group", "aria-label": "Curves: press to hide or show" });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.tip = element("div", { class: "tip", hidden: "" });
    this.note = element("div", { class: "empty" });
    this.plot = element("div", { class: "plot", role: "img", tabindex: "0" }, this.canvas, this.note, this.tip);
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    this.section = element(
      "section", { class: "chart" },
      element("div", { class: "head" }, this.title, element("div", { class: "tools", role: "group", "aria-label": "View" }, ...Object.values(this.tools))),
      this.legend, this.plot, this.spoken,
    );
    root.append(this.section);
    /**
     * @template {keyof HTMLElementEventMap} K @param {K} name
     * @param {(event: HTMLElementEventMap[K]) => void} act @param {AddEventListenerOptions} [options]
     */
    const on = (name, act, options) => this.plot.addEventListener(name, act, options);
    on("pointerdown", (e) => this.press(e));
    on("pointermove", (e) => this.move(e));
    on("pointerup", (e) => this.release(e));
    on("pointercancel", (e) => this.release(e, true));
    on("pointerleave", () => { if (!this.drag) this.point(null); });
    on("dblclick", () => this.reset());
    on("wheel", (e) => this.wheel(e), { passive: false });
    on("keydown", (e) => this.keyed(e));
    on("blur", () => this.point(null));
    this.sizes.observe(this.plot);
  }

  /** @param {ChartMessage} message @param {Port} port */
  update(message, port) {
    const opening = !this.message;
    const names = message.series.map((one) => one.column);
    if (opening) this.switches = { smooth: message.smooth, log: message.log };
    if (opening || message.run !== this.message.run || names.join("\n") !== this.rows.names.join("\n")) {
      this.rows = new Rows([...new Set(names)]);
      this.view = null;
      this.follow = false;
      this.axis = null;
      this.cross = null;
      this.asked = { n: this.asked.n, at: -1e9, since: 0 };
      this.seen = null;
    }
    super.update(message, port);
    this.series = message.series.map((one) => ({ ...one, colour: legible(this.theme.dark ? one.dark : one.light, this.theme) }));
    if (this.seen !== message.arrays) {
      this.seen = message.arrays;
      this.take(message, port);
    }
    if (this.follow && this.view) this.shiftTo(this.rows.last);
    this.dress();
    this.redraw(true);
  }

  /**
   * Takes the rows in, or asks for those that are missing before them.
   * @param {ChartMessage} message @param {Port} port
   */
  take(message, port) {
    const { step, ...columns } = message.arrays;
    const { since } = message;
    const now = performance.now();
    if (since !== null && since > this.rows.last) {
      this.asked.since ||= now;
      if (now - this.asked.since < 4000) {
        if (now - this.asked.at > 700) {
          this.asked.at = now;
          this.asked.n += 1;
          const ask = { run: message.run, after: this.rows.count ? this.rows.last : null, n: this.asked.n + Date.now() % 1e9 * 1000 };
          port.answer("ask", ask);
        }
        return;
      }
      // Nobody has the missing rows: better a curve with a hole than none.
    }
    this.asked.since = 0;
    this.rows.replaceAfter(since, step, columns);
  }

  dress() {
    const { message, tools } = this;
    this.title.textContent = message.title;
    this.plot.style.height = `${message.plot_height}px`;
    const shape = JSON.stringify([this.series, this.theme.paper]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.values = [];
      this.legend.replaceChildren(...this.series.map((one) => {
        const value = element("output", { "aria-hidden": "true" });
        this.values.push(value);
        return element("button", {
          type: "button", "aria-pressed": String(!this.hidden.has(one.column)),
          onclick: (event) => {
            if (!this.hidden.delete(one.column)) this.hidden.add(one.column);
            event.currentTarget.setAttribute("aria-pressed", String(!this.hidden.has(one.column)));
            this.redraw(true);
          },
        }, swatch(one.colour, one.dash), one.label, value);
      }));
    }
    this.series.forEach((one, i) => {
      const v = this.newest(one);
      const text = v === undefined ? "" : this.format(v, 3);
      if (this.values[i].textContent !== text) this.values[i].textContent = text;
    });
    tools.smooth.setAttribute("aria-pressed", String(this.switches.smooth));
    tools.log.setAttribute("aria-pressed", String(this.switches.log));
    tools.follow.setAttribute("aria-pressed", String(this.follow));
    tools.reset.hidden = !this.view;
    this.note.hidden = this.rows.count > 0;
    this.note.textContent = message.empty;
    const set = this.section.dataset;
    set.run = message.run;
    set.rows = String(this.rows.count);
    set.first = this.rows.count ? String(this.rows.first) : "";
    set.last = this.rows.count ? String(this.rows.last) : "";
    set.flags = String(message.flags.length);
    set.view = this.view ? this.view.map((v) => v.toFixed(1)).join(":") : "all";
    const now = performance.now();
    const begun = `${message.run} ${this.rows.count > 0}`;
    if (begun !== this.begun || now - this.spokenAt > SPOKEN_EVERY) {
      const summary = this.summary();
      if (begun === this.begun && this.root.activeElement === this.plot) this.spoken.textContent = summary;
      this.plot.setAttribute("aria-label", summary);
      this.begun = begun;
      this.spokenAt = now;
    }
  }

  /**
   * The last value of a curve; a sparse one may have had it some rows ago, or never.
   * @param {Drawn} one @returns {number | undefined}
   */
  newest(one) {
    const values = this.rows.of(one.column);
    let row = this.rows.count - 1;
    while (one.sparse && row >= 0 && Number.isNaN(values[row])) row--;
    return row < 0 ? undefined : values[row];
  }

  /** @param {number} value @param {number} digits */
  format(value, digits) {
    return this.message.y_format === "percent" ? percentInWords(value, digits) : inWords(value, digits);
  }

  summary() {
    const { rows, message } = this;
    if (!rows.count) return `${message.title}. ${message.empty}.`;
    const now = this.series.filter((one) => this.newest(one) !== undefined)
      .map((one) => `${one.label} ${this.format(this.newest(one) ?? NaN, 3)}`);
    return `${message.title}: at ${message.x_label} ${Math.round(rows.last)}, ${now.join(", ")}. Arrow keys read the curve, plus and minus zoom, 0 shows all.`;
  }

  /** @param {"smooth" | "log"} name */
  toggle(name) {
    this.switches[name] = !this.switches[name];
    if (name === "log") this.axis = null;
    this.dress();
    this.redraw(true);
  }

  toggleFollow() {
    this.follow = !this.follow;
    if (this.follow && this.rows.count) {
      const [from, to] = this.range();
      const width = this.view ? to - from : (to - from) * 0.25;
      this.view = [to - width, to];
      this.shiftTo(this.rows.last);
    }
    this.dress();
    this.redraw(true);
  }

  reset() {
    this.view = null;
    this.follow = false;
    this.dress();
    this.redraw(true);
  }

  /** @param {number} last */
  shiftTo(last) {
    const [from, end] = this.range();
    const to = last + (end - from) * 0.03;
    this.view = [to - (end - from), to];
  }

  /** The steps in view. @returns {Point} */
  range() {
    if (this.view) return this.view;
    const { rows } = this;
    if (!rows.count) return [0, 1];
    const span = rows.last - rows.first;
    if (!(span > 0)) return [rows.first - 1, rows.first + 1];
    return [rows.first > 0 && rows.first < span * 0.04 ? 0 : rows.first, rows.last + span * 0.01];
  }

  /** @param {number} from @param {number} to */
  zoom(from, to, byHand = true) {
    const { rows } = this;
    if (!rows.count) return;
    const whole = [rows.first, Math.max(rows.last, rows.first + 1)];
    const least = Math.max(1e-6, Math.min(4, (whole[1] - whole[0]) / 10));
    const middle = (from + to) / 2;
    const half = Math.max(least, to - from) / 2;
    let [a, b] = [middle - half, middle + half];
    if (b - a >= (whole[1] - whole[0]) * 1.02) this.view = null;
    else {
      const slack = (b - a) * 0.03;
      if (a < whole[0]) [a, b] = [whole[0], whole[0] + b - a];
      if (b > whole[1] + slack) [a, b] = [whole[1] + slack - (b - a), whole[1] + slack];
      this.view = [a, b];
    }
    if (byHand && !(this.view && this.view[1] >= whole[1])) this.follow = false;
    this.dress();
    this.redraw(true);
  }

  /** @param {number} step @param {number} factor */
  zoomAt(step, factor) {
    const [from, to] = this.range();
    this.zoom(step - (step - from) * factor, step + (to - step) * factor);
  }

  /** @param {number} px */
  stepAt(px) {
    const { left, inner } = this.box || { left: 0, inner: 1 };
    const [from, to] = this.range();
    return from + clamp((px - left) / inner, 0, 1) * (to - from);
  }

  /** @param {number | null} step */
  point(step) {
    this.cross = step === null || !this.rows.count ? null : step;
    this.redraw();
  }

  redraw(remeasure = false) {
    if (remeasure) this.curves = null;
    super.redraw();
  }

  measure() {
    const { message, rows } = this;
    const width = this.plot.clientWidth;
    const height = message.plot_height;
    const top = message.flags.length ? 24 : 8;
    const bottom = height - 34;
    const left = this.left || 48;
    const right = width - 12;
    this.box = { width, height, top, bottom, left, right, inner: Math.max(1, right - left), tall: bottom - top };
    const [from, to] = this.range();
    const scale = this.box.inner / (to - from || 1);
    const shift = left - from * scale;
    const [i0, i1] = [Math.max(0, rows.at(from) - 1), Math.min(rows.count, rows.at(to) + 1)];
    this.sparse = i1 - i0 <= 48;
    this.crowd = clamp(((i1 - i0) / this.box.inner - 2) / 3, 0, 1); // rows for each pixel
    this.curves = this.series.map((one) => {
      if (this.hidden.has(one.column)) return null;
      const raw = rows.of(one.column);
      /** @param {Float32Array} values */
      const cut = (values) => thin(rows.step, values, i0, i1, scale, shift, this.switches.log, one.sparse);
      return this.switches.smooth ? { ...cut(rows.smoothed(one.column)), under: cut(raw) } : cut(raw);
    });
    this.toX = (step) => step * scale + shift;
    const lines = message.lines.map((line) => line.value).map((v) => (this.switches.log ? Math.log10(v) : v)).filter(Number.isFinite);
    const seen = this.curves.flatMap((curve) => [curve, curve?.under]).filter((curve) => curve != null);
    this.target = reach(seen, lines);
    if (!this.axis || reducedMotion()) this.axis = [...this.target];
  }

  /** @param {number} now */
  draw(now) {
    if (!this.message || this.gone || !this.plot.clientWidth) return;
    if (!this.curves) this.measure();
    // The axis glides to where it should be, so that the curve never jumps.
    const passed = Math.min(64, now - (this.drawnAt || now));
    this.drawnAt = now;
    const pull = 1 - Math.exp(-passed / 90);
    const reachSpan = this.target[1] - this.target[0];
    let moving = false;
    this.axis = /** @type {Point} */ ((this.axis ?? this.target).map((v, i) => {
      const gap = this.target[i] - v;
      if (Math.abs(gap) < reachSpan * 0.002) return this.target[i];
      moving = true;
      return v + gap * pull;
    }));
    this.paint();
    this.draws += 1;
    this.section.dataset.draws = String(this.draws);
    if (moving) this.redraw();
    else this.drawnAt = 0;
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new Chart(root);
