/** A map of many GANs: one button a cell, coloured by its score, with its samples as dots. */
import { clamp, contrast, element, fitCanvas, inkOf, mix, readTheme, View } from "./stage.js";
/** @import { CellsMessage, Port, Shaped } from "./messages.js" */

const MARGIN = 0.06; // share of a cell that stays free around its dots

/** @extends {View<CellsMessage>} */
class CellMap extends View {
  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    /** @type {{ button: HTMLButtonElement, canvas: HTMLCanvasElement, note: HTMLElement }[]} */
    this.cells = [];
    /** @type {number | null} */
    this.chosen = null;
    this.plot = element("div", { class: "cells", role: "group" });
    this.up = element("div", { class: "up" });
    this.ups = element("div", { class: "ups" });
    this.acrosses = element("div", { class: "acrosses" });
    this.across = element("div", { class: "across" });
    this.legend = element("div", { class: "legend" });
    this.large = element("canvas", { "aria-hidden": "true" });
    this.words = element("p", {});
    this.section = element("section", { class: "map" },
      element("div", { class: "frame" }, this.up, this.ups, this.plot, element("i"), element("i"), this.acrosses,
        element("i"), element("i"), this.across, element("i"), element("i"), this.legend),
      element("aside", {}, this.large, this.words));
    root.append(this.section);
    this.sizes.observe(this.plot);
    this.plot.addEventListener("keydown", (e) => this.keyed(e));
  }

  /** @param {CellsMessage} message @param {Port} port */
  update(message, port) {
    const { xs, ys } = message;
    if (this.shape !== `${xs.length},${ys.length}`) this.build(xs.length, ys.length);
    super.update(message, port);
    this.up.textContent = message.y;
    this.across.textContent = message.x;
    this.ups.replaceChildren(...[...ys].reverse().map((text) => element("span", {}, text)));
    this.acrosses.replaceChildren(...xs.map((text) => element("span", {}, text)));
    this.plot.setAttribute("aria-label", `${message.y} up, ${message.x} across. Arrow keys move, Enter opens a cell.`);
    this.cells.forEach((cell, k) => {
      cell.note.textContent = message.texts[k] ?? "";
      cell.button.setAttribute("aria-label", message.details[k] ?? "");
    });
    const set = this.section.dataset;
    set.run = message.run;
    set.step = String(message.step);
    set.filled = [...(message.arrays.levels ?? [])].filter((level) => level >= 0).length.toString();
    this.redraw();
  }

  /**
   * Rows go up: the first row of cells stands at the bottom.
   * @param {number} columns @param {number} rows
   */
  build(columns, rows) {
    this.shape = `${columns},${rows}`;
    this.plot.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
    this.ups.style.gridTemplateRows = `repeat(${rows}, 1fr)`;
    this.acrosses.style.gridTemplateColumns = this.plot.style.gridTemplateColumns;
    this.cells = Array.from({ length: columns * rows }, (_, k) => {
      const canvas = element("canvas", { "aria-hidden": "true" });
      const note = element("span", { "aria-hidden": "true" });
      const button = element("button", {
        type: "button", tabindex: k ? "-1" : "0",
        onclick: () => this.port.trigger("pick", k),
        onpointerenter: (e) => { if (e.pointerType !== "touch") this.enlarge(k); },
        onfocus: () => this.enlarge(k),
      }, canvas, note);
      button.style.order = String((rows - 1 - Math.floor(k / columns)) * columns + (k % columns));
      return { button, canvas, note };
    });
    this.plot.replaceChildren(...this.cells.map((cell) => cell.button));
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const columns = this.message.xs.length;
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: columns, ArrowDown: -columns };
    const by = moves[event.key];
    if (!by) return;
    const from = this.cells.findIndex((cell) => cell.button === event.target);
    const next = this.cells[from + by];
    if (from >= 0 && next && (Math.abs(by) > 1 || Math.floor(from / columns) === Math.floor((from + by) / columns))) {
      this.cells[from].button.tabIndex = -1;
      next.button.tabIndex = 0;
      next.button.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} k */
  enlarge(k) { this.chosen = k; this.redraw(); }

  draw() {
    if (!this.message || this.gone || !this.plot.clientWidth) return;
    this.theme = readTheme(this.section);
    const { levels } = this.message.arrays;
    this.cells.forEach(({ button, canvas, note }, k) => {
      const paint = this.colour(levels?.[k]);
      button.style.background = paint;
      note.style.color = this.on(paint);
      note.style.background = paint; // the number stays legible on dots
      button.classList.toggle("lost", this.message.lost.includes(k));
      this.dots(canvas, canvas.clientWidth, k, paint, 1.1);
    });
    this.paintLegend();
    this.paintLarge();
  }

  /**
   * One hue from the paper to full: what lies between is told by lightness alone.
   * @param {number} [level]
   */
  colour(level = NaN) {
    const { theme } = this;
    if (!(level >= 0)) return theme.faint;
    const full = theme.dark ? "#3FD0AE" : "#00836B";
    return mix(mix(theme.paper, theme.ink, 0.05), full, 0.08 + 0.92 * clamp(level, 0, 1));
  }

  /** @param {string} paint */
  on(paint) {
    const { theme } = this;
    return contrast(theme.ink, paint) > contrast(theme.paper, paint) ? theme.ink : theme.paper;
  }

  /**
   * @param {HTMLCanvasElement} canvas @param {number} side @param {number | null} k
   * @param {string} paint @param {number} radius
   */
  dots(canvas, side, k, paint, radius) {
    const { arrays } = this.message;
    fitCanvas(canvas, side, side);
    const ink = inkOf(canvas);
    ink.clearRect(0, 0, side, side);
    /**
     * @param {Shaped} array @param {number} from @param {number} count
     * @param {number} size @param {string} colour @param {number} alpha
     */
    const place = (array, from, count, size, colour, alpha) => {
      ink.fillStyle = colour;
      ink.globalAlpha = alpha;
      ink.beginPath();
      for (let i = 0; i < count; i++) {
        // Positions reach as far beyond the extent as it is wide; what lies there is not shown.
        const [x, y] = [0.5 + array[from + 2 * i] / 32767, 0.5 - array[from + 2 * i + 1] / 32767];
        if (x < 0 || x > 1 || y < 0 || y > 1) continue;
        const [left, top] = [x, y].map((v) => side * (MARGIN + (1 - 2 * MARGIN) * v));
        ink.moveTo(left + size, top);
        ink.arc(left, top, size, 0, 7);
      }
      ink.fill();
      ink.globalAlpha = 1;
    };
    if (arrays.modes && radius > 2) place(arrays.modes, 0, arrays.modes.length / 2, 6, this.theme.soft, 0.35);
    if (!arrays.fake || k === null) return;
    const count = arrays.fake.shape[1];
    place(arrays.fake, 2 * k * count, count, radius, radius > 2 ? (this.theme.dark ? "#FF9D5C" : "#D55E00") : this.on(paint), 0.8);
  }

  paintLegend() {
    const { legend } = this.message;
    this.legend.replaceChildren(element("span", {}, legend.title), ...legend.stops.map(([level, text]) => {
      const swatch = element("i");
      swatch.style.background = this.colour(level);
      return element("span", { class: "stop" }, swatch, text);
    }));
  }

  /** The cell that was pointed at last, large, with the places that its samples should reach. */
  paintLarge() {
    const { chosen, message } = this;
    this.words.textContent = chosen === null ? message.hint : message.details[chosen] ?? "";
    this.dots(this.large, this.large.clientWidth, chosen, this.theme.paper, 2.2);
    this.cells.forEach(({ button }, k) => button.classList.toggle("chosen", k === chosen));
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new CellMap(root);
