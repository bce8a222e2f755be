// What every live component needs: the page's theme, numbers in words, ticks, elements.
/** @import { Point, Port, Shaped } from "./messages.js" */

/**
 * @typedef {object} Theme the colours and the font of the page
 * @property {string} paper
 * @property {string} ink
 * @property {boolean} dark
 * @property {string} soft
 * @property {string} faint
 * @property {string} line
 * @property {string} accent
 * @property {string} font
 */

/** @param {string} colour @returns {number[]} */
export function rgb(colour) {
  const hex = /^#([0-9a-f]{6})/i.exec(colour.trim());
  if (hex) return [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16));
  const short = /^#([0-9a-f]{3})$/i.exec(colour.trim());
  if (short) return [...short[1]].map((c) => parseInt(c + c, 16));
  const parts = /rgba?\(([^)]+)\)/.exec(colour);
  return parts ? parts[1].split(/[ ,/]+/).slice(0, 3).map(Number) : [128, 128, 128];
}

/** Relative luminance and contrast as WCAG 2 defines them. @param {string} colour */
function luminance(colour) {
  const [r, g, b] = rgb(colour).map((v) => {
    const u = v / 255;
    return u <= 0.04045 ? u / 12.92 : ((u + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b */
export function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

/** @param {string} a @param {string} b @param {number} t */
export function mix(a, b, t) {
  const [p, q] = [rgb(a), rgb(b)];
  return `rgb(${p.map((v, i) => Math.round(v + (q[i] - v) * t)).join(",")})`;
}

/**
 * The colour, moved towards the ink until a line of it can be seen on the paper.
 * @param {string} colour @param {Pick<Theme, "ink" | "paper">} theme
 */
export function legible(colour, theme) {
  for (let t = 0; t < 1; t += 0.1) {
    const tried = t ? mix(colour, theme.ink, t) : colour;
    if (contrast(tried, theme.paper) >= 3) return tried;
  }
  return theme.ink;
}

/** @param {Element} element */
export function readTheme(element) {
  const css = getComputedStyle(element);
  /** @param {string} name @param {string} otherwise */
  const get = (name, otherwise) => css.getPropertyValue(name).trim() || otherwise;
  const paper = get("--st-background-color", "#ffffff");
  const ink = get("--st-text-color", "#1d1b26");
  return {
    paper, ink,
    dark: luminance(paper) < luminance(ink),
    soft: mix(ink, paper, 0.4),
    faint: mix(ink, paper, 0.86),
    line: get("--st-border-color", mix(ink, paper, 0.8)),
    accent: get("--st-primary-color", "#6f4bc3"),
    font: get("--st-font", "sans-serif"),
  };
}

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @type {[least: number, unit: number, letter: string][]} */
const UNITS = [[1e12, 1e12, "T"], [1e9, 1e9, "G"], [1e6, 1e6, "M"], [1e4, 1e3, "k"]];

/**
 * Up to `digits` significant digits; k, M, G above ten thousand; powers of ten below a thousandth.
 * @param {number} value
 */
export function inWords(value, digits = 4) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (size < 1e-3) {
    const power = Math.floor(Math.log10(size));
    const mantissa = Number((size / 10 ** power).toPrecision(Math.min(digits, 3)));
    const raised = [...String(power)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
    return `${sign}${mantissa === 1 ? "" : `${mantissa}·`}10${raised}`;
  }
  for (const [least, unit, letter] of UNITS) {
    if (size >= least) return sign + Number((size / unit).toPrecision(digits)) + letter;
  }
  return sign + Number(size.toPrecision(digits));
}

/** @param {number} value */
export const percentInWords = (value, digits = 4) =>
  Number.isFinite(value) ? `${inWords(value * 100, digits)} %` : inWords(value);

/** 12400 as "12,400", as the pages write it. @param {number} step */
export const stepInWords = (step) => String(Math.round(step)).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * Round numbers from low to high, about as many as wanted; whole ones if asked for.
 * @param {number} low @param {number} high @param {number} wanted
 */
export function niceTicks(low, high, wanted, whole = false) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const raw = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(raw));
  /** @param {number} n */
  const fits = (n) => n * power >= raw && (!whole || power > 1 || Number.isInteger(n * power));
  const unit = whole && raw < 1 ? 1 : ([1, 2, 2.5, 5].find(fits) ?? 10) * power;
  const ticks = [];
  for (let i = Math.ceil(low / unit - 1e-9); i * unit <= high + unit * 1e-9; i++) {
    ticks.push(i === 0 ? 0 : i * unit);
  }
  return ticks;
}

/**
 * The numbers in words, with no more digits than it takes to tell them apart.
 * @param {number[]} values @param {(value: number, digits: number) => string} format
 */
export function toldApart(values, format) {
  for (let digits = 3; ; digits++) {
    const texts = values.map((v) => format(v, digits));
    if (digits === 9 || new Set(texts).size === texts.length) return texts;
  }
}

/** @param {number} low @param {number} high @param {number} wanted @returns {number[]} */
export function logTicks(low, high, wanted) { // low and high are exponents
  const [from, to] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
  const stride = Math.max(1, Math.ceil((to - from + 1) / wanted));
  const ticks = [];
  for (let e = from; e <= to; e += stride) ticks.push(e);
  if (ticks.length >= 2) return ticks;
  const finer = [];
  for (let e = Math.floor(low); e <= high; e++) {
    for (const m of [1, 2, 5]) {
      const t = e + Math.log10(m);
      if (t >= low && t <= high) finer.push(t);
    }
  }
  if (finer.length >= 2) return finer;
  return niceTicks(10 ** low, 10 ** high, wanted).filter((v) => v > 0).map(Math.log10);
}

/**
 * @template {keyof HTMLElementTagNameMap} K @param {K} tag
 * @param {Record<string, string | number | null | ((event: any) => void)>} [attributes] @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = String(value);
    else if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/** @param {number} x @param {number} low @param {number} high */
export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/** @type {Record<string, Point>} Where each arrow key leads, upwards positive. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * What paints on a canvas.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export const inkOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * The canvas, as many device pixels as it covers; returns its size in CSS pixels.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height
 */
export function fitCanvas(canvas, width, height) {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  inkOf(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
  return { width, height, ratio };
}

/**
 * One grey or colour picture of (N, C, H, W) as ImageData.
 * @param {Shaped} frames @param {number} index
 */
export function toImage(frames, index) {
  const [, channels, height, width] = frames.shape;
  const image = new ImageData(width, height);
  const area = height * width;
  const from = index * channels * area;
  for (let p = 0; p < area; p++) {
    for (let c = 0; c < 3; c++) image.data[4 * p + c] = frames[from + (channels === 1 ? 0 : c) * area + p];
    image.data[4 * p + 3] = 255;
  }
  return image;
}

/**
 * A component in one node of the page; it is drawn again when its message or its size changes.
 * @template M
 */
export class View {
  /** @type {M} */ message;
  /** @type {Port} */ port;
  /** @type {Theme} */ theme;
  /** @type {HTMLElement} */ section;

  constructor() {
    this.gone = false;
    this.frame = 0; // the animation frame that was asked for
    this.sizes = new ResizeObserver(() => this.redraw(true));
  }

  destroy() {
    this.gone = true;
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** Shows what Python has sent. @param {M} message @param {Port} port */
  update(message, port) {
    this.message = message;
    this.port = port;
    this.theme = readTheme(this.section);
  }

  redraw(remeasure = false) {
    this.frame ||= this.gone ? 0 : requestAnimationFrame((now) => {
      this.frame = 0;
      this.draw(now);
    });
  }

  /** Draws what there is to see; asked for by redraw. @param {number} now */
  draw(now) {}
}
