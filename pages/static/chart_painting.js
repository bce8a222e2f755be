import {
  clamp, element, fitCanvas, inkOf, inWords, legible, logTicks, niceTicks, stepInWords, toldApart, View,
} from "./stage.js";
/** @import { Curve, Path } from "./chart_rows.js" */
/** @import { Chart, Drawn } from "./live_chart.js" */
/** @import { ChartMessage, Dash, Line } from "./messages.js" */

/** @type {Record<Dash, number[]>} */
const DASHES = { solid: [], dash: [7, 4], dot: [1.5, 3.5], dashdot: [9, 3, 1.5, 3] };

/**
 * A mark for each dash, so that curves too noisy for dashes are still told apart without colour.
 *
 * @type {Record<Dash, (radius: number) => number[][]>}
 */
const MARKS = {
  solid: (r) => [...Array(16)].map((_, i) => [r * Math.cos(i * Math.PI / 8), r * Math.sin(i * Math.PI / 8)]),
  dash: (r) => [[-r, -r], [r, -r], [r, r], [-r, r]].map(([x, y]) => [x * 0.9, y * 0.9]),
  dot: (r) => [[0, -1.2 * r], [1.15 * r, 0.85 * r], [-1.15 * r, 0.85 * r]],
  dashdot: (r) => [[0, -1.3 * r], [1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0]],
};

/**
 * @param {CanvasRenderingContext2D} ink @param {Dash} dash @param {number} x @param {number} y
 * @param {number} r
 */
function mark(ink, dash, x, y, r) {
  ink.beginPath();
  MARKS[dash](r).forEach(([dx, dy], i) => (i ? ink.lineTo(x + dx, y + dy) : ink.moveTo(x + dx, y + dy)));
  ink.closePath();
}

/** @param {string} colour @param {Dash} dash */
export function swatch(colour, dash) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("width", "28");
  svg.setAttribute("height", "10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "line");
  for (const [name, value] of Object.entries({
    x1: 0.5, x2: 27.5, y1: 5, y2: 5, stroke: colour, "stroke-width": 2.25, "stroke-linecap": dash === "solid" ? "round" : "butt",
    "stroke-dasharray": DASHES[dash].join(" ") || "none",
  })) line.setAttribute(name, String(value));
  const shape = document.createElementNS(space, "polygon");
  shape.setAttribute("points", MARKS[dash](3.2).map(([x, y]) => `${(14 + x).toFixed(1)},${(5 + y).toFixed(1)}`).join(" "));
  shape.setAttribute("fill", colour);
  svg.append(line, shape);
  return svg;
}

/**
 * How a chart looks; what it shows is kept by the classes that extend this one.
 * @extends {View<ChartMessage>}
 */
export class ChartPainting extends View {
  /** @this {Chart} */
  paint() {
    const { canvas, theme, message, box } = this;
    const { width, height, top, bottom, right, tall } = box;
    fitCanvas(canvas, width, height);
    const ink = inkOf(canvas);
    ink.clearRect(0, 0, width, height);
    ink.font = `11.5px ${theme.font}`;
    const [low, high] = this.axis ?? this.target;
    /** @param {number} v */
    const y = (v) => bottom - ((v - low) / (high - low)) * tall;
    const ticks = (this.switches.log ? logTicks : niceTicks)(low, high, Math.max(2, Math.round(tall / 36)));
    const values = ticks.map((t) => (this.switches.log ? 10 ** t : t));
    const texts = toldApart(values, (v, digits) => this.format(v, digits));
    const left = Math.ceil(clamp(Math.max(...texts.map((t) => ink.measureText(t).width), 20) + 12, 40, 90));
    if (Math.abs(left - box.left) > 3 && (left > box.left || left < box.left - 12)) {
      this.left = left;
      this.redraw(true);
    }
    this.grid(ink, ticks.map(y), texts);
    ink.save();
    ink.beginPath();
    ink.rect(box.left, top - 2, right - box.left + 1, bottom - top + 3);
    ink.clip();
    this.paintLines(ink, y);
    this.paintFlagPoles(ink);
    this.series.forEach((one, i) => this.paintCurve(ink, one, this.curves?.[i] ?? null, y));
    if (this.drag?.kind === "zoom") {
      const [a, b] = [this.drag.from, this.drag.to].sort((p, q) => p - q);
      ink.fillStyle = theme.accent;
      ink.globalAlpha = 0.14;
      ink.fillRect(a, top, b - a, bottom - top);
      ink.globalAlpha = 1;
    }
    ink.restore();
    this.paintLineLabels(ink, y);
    this.paintFlags(ink);
    this.paintCross(ink, y);
    if (message.y_label) {
      ink.textAlign = "left";
      ink.fillStyle = theme.soft;
      this.halo(ink, message.y_label, box.left + 4, top + 4);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} ink @param {number[]} rows @this {Chart}
   * @param {string[]} texts
   */
  grid(ink, rows, texts) {
    const { theme, box, message } = this;
    const { left, right, bottom, top, height, inner } = box;
    ink.lineWidth = 1;
    ink.strokeStyle = theme.faint;
    ink.fillStyle = theme.soft;
    ink.textBaseline = "middle";
    ink.textAlign = "right";
    ink.beginPath();
    rows.forEach((at, i) => {
      const py = Math.round(at) + 0.5;
      if (py < top - 1 || py > bottom + 1) return;
      ink.moveTo(left, py);
      ink.lineTo(right, py);
      ink.fillText(texts[i], left - 8, py);
    });
    ink.stroke();
    ink.textBaseline = "alphabetic";
    ink.textAlign = "center";
    if (this.rows.count) {
      const [from, to] = this.range();
      ink.beginPath();
      for (const t of niceTicks(from, to, inner / 74, to - from >= 5)) {
        const px = Math.round(this.toX(t)) + 0.5;
        ink.moveTo(px, bottom);
        ink.lineTo(px, bottom + 4);
        const text = to - from < 5 ? inWords(t, 6) : inWords(Math.round(t), to - from < Math.abs(to) * 0.01 ? 7 : 4);
        const half = ink.measureText(text).width / 2;
        if (px - half > left - 20 && px + half < right + 12) ink.fillText(text, px, bottom + 16);
      }
      ink.strokeStyle = theme.soft;
      ink.stroke();
    }
    ink.textAlign = "right";
    ink.fillText(message.x_label, right, height - 4);
    ink.strokeStyle = theme.line;
    ink.beginPath();
    ink.moveTo(left, bottom + 0.5);
    ink.lineTo(right, bottom + 0.5);
    ink.stroke();
  }

  /**
   * @param {Line} line @param {(value: number) => number} y @returns {number | null} @this {Chart}
   */
  lineAt(line, y) {
    const v = this.switches.log ? Math.log10(line.value) : line.value;
    const [low, high] = this.axis ?? this.target;
    return Number.isFinite(v) && v >= low && v <= high ? Math.round(y(v)) + 0.5 : null;
  }

  /** @param {Line} line @this {Chart} */
  lineColour(line) {
    const colour = this.theme.dark ? line.dark : line.light;
    return colour ? legible(colour, this.theme) : this.theme.soft;
  }

  /** @param {CanvasRenderingContext2D} ink @param {(value: number) => number} y @this {Chart} */
  paintLines(ink, y) {
    ink.lineWidth = 1;
    ink.setLineDash([2, 3]);
    for (const line of this.message.lines) {
      const at = this.lineAt(line, y);
      if (at === null) continue;
      ink.strokeStyle = this.lineColour(line);
      ink.beginPath();
      ink.moveTo(this.box.left, at);
      ink.lineTo(this.box.right, at);
      ink.stroke();
    }
    ink.setLineDash([]);
  }

  /**
   * @param {CanvasRenderingContext2D} ink @param {string} text @param {number} x @this {Chart}
   * @param {number} at
   */
  halo(ink, text, x, at) {
    ink.lineWidth = 3.5;
    ink.lineJoin = "round";
    ink.strokeStyle = this.theme.paper;
    ink.strokeText(text, x, at);
    ink.fillText(text, x, at);
  }

  /** @param {CanvasRenderingContext2D} ink @param {(value: number) => number} y @this {Chart} */
  paintLineLabels(ink, y) {
    ink.textAlign = "right";
    /** @type {number[]} */
    const taken = [];
    for (const line of this.message.lines) {
      const at = this.lineAt(line, y);
      if (at === null) continue;
      // Above its line, or below where another label stands already or the frame ends.
      let place = at - 5;
      if (place < this.box.top + 8 || taken.some((p) => Math.abs(p - place) < 13)) place = at + 13;
      if (taken.some((p) => Math.abs(p - place) < 12)) continue;
      taken.push(place);
      ink.fillStyle = this.lineColour(line);
      this.halo(ink, line.label, this.box.right - 4, place);
    }
  }

  /** @this {Chart} */
  flagsInView() {
    const { left, right } = this.box;
    return this.rows.count
      ? this.message.flags.map((flag) => ({ ...flag, x: Math.round(this.toX(flag.step)) + 0.5 })).filter((flag) => flag.x >= left - 1 && flag.x <= right + 1)
      : [];
  }

  /** @param {CanvasRenderingContext2D} ink @this {Chart} */
  paintFlagPoles(ink) {
    ink.lineWidth = 1;
    ink.strokeStyle = this.theme.soft;
    ink.setLineDash([3, 3]);
    ink.beginPath();
    for (const flag of this.flagsInView()) {
      ink.moveTo(flag.x, this.box.top);
      ink.lineTo(flag.x, this.box.bottom);
    }
    ink.stroke();
    ink.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} ink @this {Chart} */
  paintFlags(ink) {
    const { theme, box } = this;
    const flags = this.flagsInView();
    ink.textAlign = "left";
    let edge = -Infinity;
    flags.forEach((flag, i) => {
      ink.fillStyle = theme.accent;
      ink.beginPath();
      ink.moveTo(flag.x, box.top - 16);
      ink.lineTo(flag.x + 9, box.top - 11.5);
      ink.lineTo(flag.x, box.top - 7);
      ink.fill();
      ink.fillRect(flag.x - 0.75, box.top - 16, 1.5, 16);
      const until = Math.min(flags[i + 1]?.x ?? Infinity, box.right + 8) - 6;
      let text = flag.text;
      let start = flag.x + 12;
      const wide = ink.measureText(text).width;
      const before = flag.x - 7 - wide;
      if (start + wide > until && before > Math.max(edge + 8, box.left)) start = before; // near the right edge
      else if (start < edge) return;
      while (text.length > 1 && start > flag.x && start + ink.measureText(text).width > until) text = `${text.replace(/…$/, "").slice(0, -1)}…`;
      if (text.length < 4 && text !== flag.text) return;
      ink.fillStyle = theme.ink;
      ink.fillText(text, start, box.top - 8);
      edge = Math.max(flag.x + 12, start + ink.measureText(text).width);
    });
  }

  /**
   * @param {CanvasRenderingContext2D} ink @param {Path} curve @this {Chart}
   * @param {(value: number) => number} y
   */
  path(ink, curve, y) {
    const { xs, ys } = curve;
    ink.beginPath();
    let open = false;
    for (let i = 0; i < xs.length; i++) {
      const v = ys[i];
      if (Number.isNaN(v)) { open = false; continue; }
      const py = clamp(y(v), -1e4, 1e4);
      if (open) ink.lineTo(xs[i], py);
      else if (Number.isNaN(ys[i + 1] ?? NaN)) { ink.moveTo(xs[i] - 0.75, py); ink.lineTo(xs[i] + 0.75, py); } else ink.moveTo(xs[i], py);
      open = true;
    }
    ink.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} ink @param {Drawn} one @this {Chart}
   * @param {Curve | null} curve @param {(value: number) => number} y
   */
  paintCurve(ink, one, curve, y) {
    if (!curve) return;
    const { top, bottom } = this.box;
    ink.strokeStyle = ink.fillStyle = one.colour;
    ink.lineJoin = "round";
    if (curve.under) {
      ink.lineWidth = 1;
      ink.globalAlpha = 0.28;
      this.path(ink, curve.under, y);
      ink.globalAlpha = 1;
    }
    // Where many rows share a pixel, the curve is a pale band with its average in it. A dash is
    // legible only where the curve is a line and not a band of noise.
    const crowd = curve.under ? 0 : this.crowd;
    const noisy = !this.sparse && !curve.under && this.noisy(curve, y);
    ink.lineWidth = noisy ? 1.25 : 1.9;
    ink.lineCap = one.dash === "solid" ? "round" : "butt";
    ink.setLineDash(noisy ? [] : DASHES[one.dash]);
    ink.globalAlpha = 1 - 0.72 * crowd;
    this.path(ink, curve, y);
    if (crowd) {
      ink.globalAlpha = crowd;
      ink.lineWidth = 1.9;
      ink.setLineDash(DASHES[one.dash]);
      this.path(ink, curve.mean, y);
    }
    ink.globalAlpha = 1;
    ink.setLineDash([]);
    if (this.sparse) this.dots(ink, one, curve, y);
    else this.marks(ink, one, crowd ? curve.mean : curve, y);
    // Values beyond the frame: a small arrow at the edge. Missing ones: a cross at the foot.
    const shown = curve.under || curve;
    let beyond = -Infinity;
    for (let i = 0; i < shown.xs.length; i++) {
      const py = y(shown.ys[i]);
      if (!(py < top - 2 || py > bottom + 2) || shown.xs[i] - beyond < 8) continue;
      beyond = shown.xs[i];
      const [tip, foot] = py < top ? [top, top + 6] : [bottom, bottom - 6];
      ink.beginPath();
      ink.moveTo(beyond, tip);
      ink.lineTo(beyond - 3.5, foot);
      ink.lineTo(beyond + 3.5, foot);
      ink.fill();
    }
    ink.lineWidth = 1.4;
    ink.beginPath();
    for (const x of shown.holes) {
      for (const turn of [-3, 3]) {
        ink.moveTo(x - 3, bottom - 6 - turn);
        ink.lineTo(x + 3, bottom - 6 + turn);
      }
    }
    ink.stroke();
  }

  /**
   * Whether the curve runs up and down so much that dashes would only be crumbs.
   * @param {Path} curve @param {(value: number) => number} y @this {Chart}
   */
  noisy(curve, y) {
    const { xs, ys } = curve;
    let length = 0;
    for (let i = 1; i < xs.length; i++) {
      const rise = Math.abs(y(ys[i]) - y(ys[i - 1]));
      if (rise === rise) length += rise;
    }
    return length > 6 * this.box.inner;
  }

  /**
   * Few rows: each one is marked.
   * @param {CanvasRenderingContext2D} ink @param {Drawn} one @param {Path} curve @this {Chart}
   * @param {(value: number) => number} y
   */
  dots(ink, one, curve, y) {
    const { xs, ys } = curve;
    for (let i = 0; i < xs.length; i++) {
      if (Number.isNaN(ys[i])) continue;
      mark(ink, one.dash, xs[i], y(ys[i]), 2.5);
      ink.fill();
    }
  }

  /**
   * Many rows: a mark now and then, in the middle of what the curve does around it.
   * @param {CanvasRenderingContext2D} ink @param {Drawn} one @param {Path} curve @this {Chart}
   * @param {(value: number) => number} y
   */
  marks(ink, one, curve, y) {
    const { xs, ys } = curve;
    const place = this.series.indexOf(one);
    const every = 120;
    ink.strokeStyle = this.theme.paper;
    ink.lineWidth = 1.5;
    let i = 0;
    for (let x = this.box.left + 24 + (place * every) / this.series.length; x < this.box.right - 8; x += every) {
      let [sum, count] = [0, 0];
      while (i < xs.length && xs[i] < x - 6) i++;
      for (let k = i; k < xs.length && xs[k] < x + 6; k++) {
        if (Number.isNaN(ys[k])) continue;
        sum += ys[k];
        count += 1;
      }
      if (!count) continue;
      mark(ink, one.dash, x, y(sum / count), 3.4);
      ink.stroke();
      ink.fill();
    }
    ink.strokeStyle = one.colour;
  }

  /** @param {CanvasRenderingContext2D} ink @param {(value: number) => number} y @this {Chart} */
  paintCross(ink, y) {
    const { tip, box, rows, theme } = this;
    if (this.cross === null || !rows.count || this.drag?.kind === "pan") {
      tip.hidden = true;
      return;
    }
    const row = rows.nearest(this.cross);
    const x = this.toX(rows.step[row]);
    if (x < box.left - 2 || x > box.right + 2) {
      tip.hidden = true;
      return;
    }
    ink.strokeStyle = theme.soft;
    ink.lineWidth = 1;
    ink.beginPath();
    ink.moveTo(Math.round(x) + 0.5, box.top);
    ink.lineTo(Math.round(x) + 0.5, box.bottom);
    ink.stroke();
    const lines = [element("b", {}, `${this.message.x_label} ${stepInWords(rows.step[row])}`)];
    for (const one of this.series) {
      if (this.hidden.has(one.column)) continue;
      const raw = rows.of(one.column)[row];
      if (one.sparse && Number.isNaN(raw)) continue;
      lines.push(element("div", {}, swatch(one.colour, one.dash), element("span", {}, one.label), element("span", {}, this.format(raw, 4))));
      const v = this.switches.smooth ? rows.smoothed(one.column)[row] : raw;
      const at = y(this.switches.log ? Math.log10(v) : v);
      if (!(at >= box.top - 2 && at <= box.bottom + 2)) continue;
      mark(ink, one.dash, x, at, 4);
      ink.fillStyle = one.colour;
      ink.strokeStyle = theme.paper;
      ink.lineWidth = 2;
      ink.fill();
      ink.stroke();
    }
    for (const flag of this.flagsInView()) {
      if (Math.abs(flag.x - x) < 7) lines.push(element("em", {}, `⚑ ${flag.text} (${this.message.x_label} ${stepInWords(flag.step)})`));
    }
    tip.replaceChildren(...lines);
    tip.hidden = false;
    const over = x + 14 + tip.offsetWidth > box.width;
    tip.style.transform = `translate(${Math.round(Math.max(0, over ? x - 14 - tip.offsetWidth : x + 14))}px, ${box.top + 4}px)`;
  }
}
