import { paintPoints } from "./canvas_layers.js";
import { ARROWS, clamp, element } from "./stage.js";
/** @import { Colours, Extent, Point } from "./messages.js" */
/** @import { Theme } from "./stage.js" */

const DABS = 3; // points in a dab
const UNDOS = 60;

/**
 * A paper in the plane: points put down by a brush, taken away by an eraser. Strokes put the same
 * number of points on the same length, however slowly they are drawn.
 */
export class Drawing {
  /** @type {Extent} */ extent;
  /** @type {number} */ most;
  /** @type {{ tool: string, last: Point } | null} */ stroke;

  /** @param {() => void} changed @param {(points: Point[]) => void} use */
  constructor(changed, use) {
    this.changed = changed;
    this.use = use;
    /** @type {Point[]} */
    this.points = [];
    /** @type {Point[][]} */
    this.past = [];
    this.tool = "brush";
    this.size = 0.05; // of the width of the extent
    /** @type {Point | null} */
    this.cursor = null;
    this.key = "";
    /** @param {string} label @param {string} title @param {() => void} act */
    const press = (label, title, act) => element("button", { type: "button", title, onclick: act }, label);
    this.brush = press("Brush", "Put points down (B)", () => this.take("brush"));
    this.eraser = press("Eraser", "Take points away (E)", () => this.take("eraser"));
    this.range = element("input", {
      type: "range", min: 1, max: 20, value: 5, "aria-label": "Width of the brush",
      oninput: () => { this.size = Number(this.range.value) / 100; this.changed(); },
    });
    this.back = press("Undo", "Undo the last stroke (Ctrl+Z)", () => this.undo());
    this.wipe = press("Clear", "Take all points away", () => { if (this.points.length) { this.remember(); this.points = []; this.changed(); } });
    this.count = element("output", { "aria-live": "off" });
    this.done = element("button", { type: "button", class: "primary", onclick: () => this.use(this.points) }, "Use these points");
    this.bar = element("div", { class: "bar", role: "toolbar", "aria-label": "Drawing" },
      element("span", { class: "pair" }, this.brush, this.eraser), this.range, this.back, this.wipe,
      element("span", { class: "pair end" }, this.count, this.done));
  }

  /** @param {Extent} extent @param {number} most @param {Point[] | null} points */
  open(extent, most, points) {
    const key = JSON.stringify([extent, most]);
    if (this.key !== key || points) {
      this.extent = extent;
      this.most = most;
      this.points = points ? [...points].slice(0, most) : this.key === key ? this.points : [];
      this.past = [];
      this.key = key;
    }
    this.dress();
  }

  dress() {
    this.brush.setAttribute("aria-pressed", String(this.tool === "brush"));
    this.eraser.setAttribute("aria-pressed", String(this.tool === "eraser"));
    this.back.disabled = !this.past.length;
    this.wipe.disabled = this.done.disabled = !this.points.length;
    const full = this.points.length >= this.most;
    this.count.textContent = full ? `${this.most} points, no more fit` : `${this.points.length} points`;
  }

  /** @param {string} tool */
  take(tool) {
    this.tool = tool;
    this.changed();
  }

  remember() {
    this.past.push(this.points);
    if (this.past.length > UNDOS) this.past.shift();
  }

  undo() {
    this.points = this.past.pop() ?? this.points;
    this.changed();
  }

  get radius() { return this.size * (this.extent[1] - this.extent[0]); }

  /** @param {Point} at @param {string} [tool] */
  begin(at, tool = this.tool) {
    this.remember();
    this.points = [...this.points];
    this.stroke = { tool, last: at };
    this.dab(at, tool);
  }

  /**
   * On to the next place of the pointer, with a dab after every half width of the brush.
   * @param {Point} at
   */
  go(at) {
    const { stroke } = this;
    if (!stroke) return;
    const spacing = this.radius * 0.55;
    let [dx, dy] = [at[0] - stroke.last[0], at[1] - stroke.last[1]];
    let left = Math.hypot(dx, dy);
    while (left >= spacing) {
      stroke.last = [stroke.last[0] + (dx / left) * spacing, stroke.last[1] + (dy / left) * spacing];
      this.dab(stroke.last, stroke.tool);
      [dx, dy] = [at[0] - stroke.last[0], at[1] - stroke.last[1]];
      left = Math.hypot(dx, dy);
    }
    this.changed();
  }

  end() {
    this.stroke = null;
    this.changed();
  }

  /** @param {Point} place @param {string} tool */
  dab([x, y], tool) {
    if (tool === "eraser") {
      this.points = this.points.filter(([px, py]) => Math.hypot(px - x, py - y) > this.radius);
      return;
    }
    const [left, right, bottom, top] = this.extent;
    for (let i = 0; i < DABS && this.points.length < this.most; i++) {
      const [turn, far] = [2 * Math.PI * Math.random(), this.radius * 0.45 * Math.sqrt(-2 * Math.log(1 - Math.random()))];
      this.points.push([clamp(x + far * Math.cos(turn), left, right), clamp(y + far * Math.sin(turn), bottom, top)]);
    }
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const [left, right, bottom, top] = this.extent;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") this.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return false;
    else if (event.key in ARROWS) {
      const far = (right - left) * (event.shiftKey ? 0.08 : 0.02);
      const [x, y] = this.cursor || [(left + right) / 2, (bottom + top) / 2];
      const [dx, dy] = ARROWS[event.key];
      this.cursor = [clamp(x + dx * far, left, right), clamp(y + dy * far, bottom, top)];
      this.changed();
    } else if (event.key === " " || event.key === "Enter") {
      this.begin(this.cursor || (this.cursor = [(left + right) / 2, (bottom + top) / 2]));
      this.end();
    } else if (event.key.toLowerCase() === "b") this.take("brush");
    else if (event.key.toLowerCase() === "e") this.take("eraser");
    else return false;
    return true;
  }

  /**
   * @param {CanvasRenderingContext2D} ink @param {(x: number) => number} toX
   * @param {(y: number) => number} toY @param {Colours} colours @param {Theme} theme
   */
  paint(ink, toX, toY, colours, theme) {
    paintPoints(ink, Float32Array.from(this.points.flat()), toX, toY, "disc", 2.8, colours.real, theme.paper, 1);
    if (!this.cursor) return;
    const [x, y] = [toX(this.cursor[0]), toY(this.cursor[1])];
    const radius = Math.abs(toX(this.radius) - toX(0));
    ink.strokeStyle = this.tool === "brush" ? colours.real : theme.ink;
    ink.lineWidth = 1.5;
    ink.setLineDash(this.tool === "brush" ? [] : [4, 3]);
    ink.beginPath();
    ink.arc(x, y, Math.max(3, radius), 0, 6.2832);
    ink.stroke();
    ink.setLineDash([]);
  }
}
