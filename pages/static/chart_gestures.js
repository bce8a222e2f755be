/** What pointer, wheel, fingers and keys do to a chart. */
import { ChartPainting } from "./chart_painting.js";
import { clamp } from "./stage.js";
/** @import { Chart, Pinch, Zoom } from "./live_chart.js" */
/** @import { Point } from "./messages.js" */

export class ChartGestures extends ChartPainting {
  /** @param {MouseEvent} event @returns {Point} @this {Chart} */
  local(event) {
    const at = this.plot.getBoundingClientRect();
    return [event.clientX - at.left, event.clientY - at.top];
  }

  /** @param {PointerEvent} event @this {Chart} */
  press(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    const [x, y] = this.local(event);
    this.touches.set(event.pointerId, x);
    if (event.pointerType === "touch") {
      if (this.touches.size === 2) {
        const [a, b] = [...this.touches.values()];
        this.drag = /** @type {Pinch} */ ({ kind: "pinch", a: this.stepAt(a), b: this.stepAt(b) });
      } else {
        const now = performance.now();
        if (now - (this.tapped || -1e9) < 300) this.reset();
        this.tapped = now;
        this.point(this.stepAt(x));
      }
      return;
    }
    if (!this.rows.count) return;
    this.plot.setPointerCapture(event.pointerId);
    const pan = event.shiftKey || y > this.message.plot_height - 30;
    this.drag = /** @type {Zoom} */ ({ kind: pan ? "pan" : "zoom", from: x, to: x, view: this.range() });
    if (pan) this.plot.dataset.grip = "pan";
  }

  /** @param {PointerEvent} event @this {Chart} */
  move(event) {
    const [x, y] = this.local(event);
    if (this.touches.has(event.pointerId)) this.touches.set(event.pointerId, x);
    const { drag } = this;
    if (!drag) {
      this.plot.dataset.grip = event.pointerType === "mouse" && (event.shiftKey || y > this.message?.plot_height - 30) && this.view ? "pan" : "";
      if (event.pointerType !== "touch" || this.touches.size === 1) this.point(this.stepAt(x));
      return;
    }
    const { left, inner } = this.box;
    if (drag.kind === "zoom") {
      drag.to = clamp(x, left, left + inner);
      this.point(this.stepAt(x));
    } else if (drag.kind === "pan") {
      if (!this.view) return;
      const by = ((drag.from - x) / inner) * (drag.view[1] - drag.view[0]);
      this.zoom(drag.view[0] + by, drag.view[1] + by);
    } else if (drag.kind === "pinch" && this.touches.size === 2) {
      // Both fingers keep the steps that they took hold of.
      const [p, q] = [...this.touches.values()].map((v) => (v - left) / inner);
      if (Math.abs(p - q) > 0.02) {
        const width = (drag.b - drag.a) / (q - p);
        if (width > 0) this.zoom(drag.a - p * width, drag.a + (1 - p) * width);
      }
    }
    this.redraw();
  }

  /** @param {PointerEvent} event @this {Chart} */
  release(event, cancelled = false) {
    this.touches.delete(event.pointerId);
    const { drag } = this;
    this.drag = null;
    this.plot.dataset.grip = "";
    if (drag?.kind === "zoom" && !cancelled && Math.abs(drag.to - drag.from) > 5) {
      const [a, b] = [this.stepAt(drag.from), this.stepAt(drag.to)].sort((p, q) => p - q);
      this.follow = false;
      this.zoom(a, b);
    }
    if (event.pointerType === "touch" && this.touches.size === 0 && drag?.kind === "pinch") this.point(null);
    this.redraw();
  }

  /**
   * The wheel belongs to the page until the chart has been clicked or Ctrl is held.
   * @param {WheelEvent} event @this {Chart}
   */
  wheel(event) {
    const focused = this.root.activeElement === this.plot;
    if (!this.rows.count || !(event.ctrlKey || event.metaKey || focused)) return;
    event.preventDefault();
    const [from, to] = this.range();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      const by = ((event.deltaX || event.deltaY) / (this.box?.inner || 1)) * (to - from);
      if (this.view) this.zoom(from + by, to + by);
      return;
    }
    this.zoomAt(this.stepAt(this.local(event)[0]), clamp(Math.exp(event.deltaY * 0.0022), 0.5, 2));
  }

  /** @param {KeyboardEvent} event @this {Chart} */
  keyed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { rows } = this;
    const [from, to] = this.range();
    const here = this.cross === null ? rows.count - 1 : rows.nearest(this.cross);
    const stride = Math.max(1, Math.round((rows.at(to) - rows.at(from)) / 200)) * (event.shiftKey ? 10 : 1);
    /** @param {number} row */
    const go = (row) => this.read(clamp(row, 0, rows.count - 1));
    const centre = this.cross ?? (from + to) / 2;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => go(this.cross === null ? here : here - stride),
      ArrowRight: () => go(this.cross === null ? here : here + stride),
      Home: () => go(0),
      End: () => go(rows.count - 1),
      "+": () => this.zoomAt(centre, 0.7),
      "=": () => this.zoomAt(centre, 0.7),
      "-": () => this.zoomAt(centre, 1 / 0.7),
      "−": () => this.zoomAt(centre, 1 / 0.7),
      0: () => this.reset(),
      Escape: () => this.point(null),
      f: () => this.toggleFollow(),
      s: () => this.toggle("smooth"),
      l: () => this.toggle("log"),
    };
    const act = acts[event.key] || acts[event.key.toLowerCase()];
    if (!act || !rows.count) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /**
   * Moves the crosshair to a row by keyboard, and says what stands there.
   * @param {number} row @this {Chart}
   */
  read(row) {
    const step = this.rows.step[row];
    const [from, to] = this.range();
    if (this.view && (step < from || step > to)) {
      const by = step < from ? step - from - (to - from) * 0.1 : step - to + (to - from) * 0.1;
      this.zoom(from + by, to + by);
    }
    this.point(step);
    this.spoken.textContent = `${this.message.x_label} ${Math.round(step)}: ${this.series
      .filter((one) => !this.hidden.has(one.column))
      .map((one) => `${one.label} ${this.format(this.rows.of(one.column)[row], 4)}`).join(", ")}`;
  }
}
