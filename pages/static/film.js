import { record, takeHome, videoKind } from "./film_recorder.js";
import {
  clamp, element, fitCanvas, inkOf, legible, reducedMotion, toImage, View,
} from "./stage.js";
/** @import { Colours, FilmMessage, Point, Port, Shaped } from "./messages.js" */

/**
 * @typedef {object} Track a walk with its arrays and what shows it
 * @property {string} title
 * @property {Shaped} frames
 * @property {Shaped | undefined} points
 * @property {Shaped} norms
 * @property {Shaped | undefined} strides
 * @property {HTMLCanvasElement} picture
 * @property {HTMLCanvasElement} norm
 * @property {HTMLCanvasElement} stride
 * @property {HTMLElement} words
 * @property {HTMLElement} strideWords
 */

/**
 * Walks through latent space side by side: frames are here already, so that scrubbing is immediate.
 */
const RATE = 15; // frames a second at speed 1

/**
 * What lies under a walk in the plane: real points as discs, fake ones as diamonds.
 * @param {CanvasRenderingContext2D} ink @param {ArrayLike<number>} points @param {string} colour
 * @param {(x: number, y: number) => Point} place @param {"disc" | "diamond"} shape
 */
function paintCloud(ink, points, colour, place, shape) {
  ink.fillStyle = colour;
  ink.globalAlpha = 0.4;
  for (let k = 0; k < points.length; k += 2) {
    const [x, y] = place(points[k], points[k + 1]);
    ink.beginPath();
    if (shape === "disc") ink.arc(x, y, 1.6, 0, 2 * Math.PI);
    else [[0, -2.2], [2.2, 0], [0, 2.2], [-2.2, 0]].forEach(([a, b]) => ink.lineTo(x + a, y + b));
    ink.fill();
  }
  ink.globalAlpha = 1;
}

/** @extends {View<FilmMessage>} */
class Film extends View {
  /** @type {{ x: number, y: number, reach: number }} */ extent;
  /** @type {number | undefined} */ last;

  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    this.at = 0;
    this.forward = 1;
    this.count = 0;
    /** @type {Colours} */
    this.colours = {};
    /** @type {Track[]} */
    this.shown = [];
    /** @type {object | null} The recording that is under way. */
    this.recording = null;
    /** @type {{ index: number, width: number, message: FilmMessage } | null} */
    this.painted = null;
    this.playing = !reducedMotion();
    this.tracks = element("div", { class: "tracks" });
    this.play = element("button", { type: "button", class: "play", onclick: () => this.toggle() }, "Play");
    this.slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Frame", oninput: () => this.scrub(Number(this.slider.value)) });
    this.speed = element("select", { "aria-label": "Speed" },
      ...[["0.5", "½ ×"], ["1", "1 ×"], ["2", "2 ×"]].map(([value, words]) => element("option", { value }, words)));
    this.speed.value = "1";
    this.bounce = element("button", { type: "button", "aria-pressed": "true", onclick: () => this.turn() }, "There and back");
    this.video = element("button", { type: "button", class: "video", onclick: () => this.take() }, "Video");
    this.video.hidden = !videoKind();
    this.stamp = element("output");
    this.section = element("section", { class: "film" }, this.tracks,
      element("div", { class: "time" }, this.play, this.slider, this.stamp, this.speed, this.bounce, this.video));
    root.append(this.section);
    this.sizes.observe(this.section);
    this.tick = this.tick.bind(this);
    this.frame = requestAnimationFrame(this.tick);
  }

  redraw() { this.paint(); }

  /** @param {FilmMessage} message @param {Port} port */
  update(message, port) {
    const fresh = message.identity !== this.message?.identity;
    super.update(message, port);
    this.colours = message.colours[this.theme.dark ? 1 : 0];
    if (fresh) this.begin(message);
    this.painted = null;
    this.paint();
  }

  /** @param {FilmMessage} message */
  begin(message) {
    this.at = 0;
    this.forward = 1;
    this.recording = null; // a film that changes under a recording ends it
    /** @param {{ name: string }} track @param {string} name */
    const part = (track, name) => message.arrays[`${track.name}.${name}`];
    this.shown = message.tracks.map((track) => {
      const picture = element("canvas", { class: "picture", role: "img", "aria-label": track.title });
      const norm = element("canvas", { class: "curve", "aria-hidden": "true" });
      const stride = element("canvas", { class: "curve", "aria-hidden": "true" });
      const [words, strideWords] = [element("p"), element("p")];
      return {
        ...track, picture, norm, stride, words, strideWords,
        frames: part(track, "pictures"), points: part(track, "points"), norms: part(track, "norms"), strides: part(track, "strides"),
      };
    });
    /** @param {Track} t */
    const column = (t) => element("div", { class: t.points ? "track plane" : "track" }, element("h4", {}, t.title), t.picture,
      t.words, t.norm, ...(t.strides ? [t.strideWords, t.stride] : []));
    this.tracks.replaceChildren(...this.shown.map(column));
    this.count = this.shown[0].norms.length;
    this.slider.max = String(this.count - 1);
    this.bounce.hidden = message.loop;
    if (this.shown[0].points) this.extent = this.measure();
  }

  /** The square that holds every point, with a margin. */
  measure() {
    const all = [...this.shown.map((t) => t.points), this.message.arrays.real, this.message.arrays.fake].filter((points) => points !== undefined);
    const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
    for (const points of all) {
      for (let k = 0; k < points.length; k++) {
        if (!Number.isFinite(points[k])) continue;
        low[k % 2] = Math.min(low[k % 2], points[k]);
        high[k % 2] = Math.max(high[k % 2], points[k]);
      }
    }
    const reach = 0.54 * Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
    return { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, reach };
  }

  get turning() {
    return !this.message.loop && this.bounce.getAttribute("aria-pressed") === "true";
  }

  /** @param {number} now */
  tick(now) {
    if (this.gone) return;
    if (this.playing && this.message) {
      const passed = Math.min(now - (this.last ?? now), 200);
      this.at += this.forward * (passed / 1000) * RATE * Number(this.speed.value);
      const end = this.count - 1;
      if (this.message.loop) this.at %= this.count;
      else if (this.at > end) [this.at, this.forward] = this.turning ? [end, -1] : [0, 1];
      if (this.at < 0) [this.at, this.forward] = [0, 1];
      this.paint();
    }
    this.last = now;
    this.frame = requestAnimationFrame(this.tick);
  }

  toggle() {
    this.playing = !this.playing;
    this.paint(true);
  }

  turn() {
    this.bounce.setAttribute("aria-pressed", String(this.bounce.getAttribute("aria-pressed") !== "true"));
    this.forward = 1;
  }

  /** @param {number} index */
  scrub(index) {
    this.playing = false;
    this.at = index;
    this.paint(true);
  }

  /** All tracks side by side as a video at the chosen speed; a second click gives up. */
  async take() {
    if (this.recording) {
      this.recording = null;
      return;
    }
    const own = (this.recording = {});
    const side = 320;
    const canvas = element("canvas", { width: side * this.shown.length, height: side });
    const ink = inkOf(canvas);
    ink.imageSmoothingEnabled = false;
    /** @param {number} index */
    const draw = (index) => this.shown.forEach((track, k) => {
      if (track.points) {
        ink.save();
        ink.translate(k * side, 0);
        this.plane(ink, track.points, index, side);
        ink.restore();
      } else {
        const small = element("canvas");
        const image = toImage(track.frames, index);
        [small.width, small.height] = [image.width, image.height];
        inkOf(small).putImageData(image, 0, 0);
        ink.drawImage(small, k * side, 0, side, side);
      }
    });
    const there = [...Array(this.count).keys()];
    const order = this.turning ? [...there, ...there.slice(1, -1).reverse()] : there;
    const stopped = () => this.gone || this.recording !== own;
    /** @param {number} share */
    const report = (share) => { this.video.textContent = `Recording ${Math.round(100 * share)} %`; };
    try {
      const blob = await record(canvas, order, RATE * Number(this.speed.value), draw, stopped, report);
      if (blob) takeHome(blob, `${this.message.file}.${blob.type.includes("mp4") ? "mp4" : "webm"}`);
    } finally {
      if (this.recording === own) this.recording = null;
      this.video.textContent = "Video";
    }
  }

  paint(always = false) {
    if (!this.shown.length) return;
    const index = clamp(this.message.loop ? Math.floor(this.at) : Math.round(this.at), 0, this.count - 1);
    this.play.textContent = this.playing ? "Pause" : "Play";
    const width = this.section.clientWidth;
    if (!always && index === this.painted?.index && width === this.painted.width && this.message === this.painted.message) return;
    this.painted = { index, width, message: this.message };
    this.slider.value = String(index);
    this.stamp.textContent = `${index + 1} of ${this.count}`;
    this.section.dataset.frame = String(index);
    for (const track of this.shown) {
      if (track.points) this.paintPlane(track, track.points, index);
      else {
        const image = toImage(track.frames, index);
        if (track.picture.width !== image.width) [track.picture.width, track.picture.height] = [image.width, image.height];
        inkOf(track.picture).putImageData(image, 0, 0);
      }
      this.curve(track, index, track.norm, "norms", this.message.usual);
      track.words.textContent = `|z| = ${track.norms[index].toFixed(2)}`;
      if (!track.strides) continue;
      this.curve(track, index, track.stride, "strides", null);
      const step = track.strides[index];
      track.strideWords.textContent = `${this.message.stride_words} = ${Number.isNaN(step) ? "–" : step.toFixed(2)}`;
    }
  }

  /** @param {Track} track @param {Shaped} points @param {number} index */
  paintPlane(track, points, index) {
    const side = track.picture.clientWidth;
    if (!side) return;
    fitCanvas(track.picture, side, side);
    this.plane(inkOf(track.picture), points, index, side);
  }

  /**
   * The points of a track, the way so far and the way to come, in a square of `side`.
   * @param {CanvasRenderingContext2D} ink @param {Shaped} points @param {number} index
   * @param {number} side
   */
  plane(ink, points, index, side) {
    const { x, y, reach } = this.extent;
    /** @param {number} u @param {number} v @returns {Point} */
    const place = (u, v) => [(0.5 + (u - x) / (2 * reach)) * side, (0.5 - (v - y) / (2 * reach)) * side];
    ink.fillStyle = this.colours.paper;
    ink.fillRect(0, 0, side, side);
    const { real, fake } = this.message.arrays;
    if (real) paintCloud(ink, real, this.colours.real, place, "disc");
    if (fake) paintCloud(ink, fake, this.colours.fake, place, "diamond");
    /** @param {number} from @param {number} to @param {number} alpha */
    const way = (from, to, alpha) => {
      ink.globalAlpha = alpha;
      ink.beginPath();
      for (let k = from; k <= to; k++) ink.lineTo(...place(points[2 * k], points[2 * k + 1]));
      ink.stroke();
      ink.globalAlpha = 1;
    };
    ink.strokeStyle = this.colours.ink;
    ink.lineWidth = 2;
    ink.lineJoin = "round";
    way(0, this.count - 1, 0.3);
    way(0, index, 1);
    const [u, v] = place(points[2 * index], points[2 * index + 1]);
    ink.fillStyle = this.colours.G;
    ink.strokeStyle = this.colours.paper;
    ink.beginPath();
    ink.arc(u, v, 7, 0, 2 * Math.PI);
    ink.fill();
    ink.stroke();
  }

  /**
   * One number along the way, on one scale for all tracks; what is usual for it as a band.
   * @param {Track} track @param {number} index @param {HTMLCanvasElement} canvas
   * @param {"norms" | "strides"} name @param {Point | null} usual
   */
  curve(track, index, canvas, name, usual) {
    if (!canvas.clientWidth) return;
    const values = track[name] ?? [];
    const { width, height } = fitCanvas(canvas, canvas.clientWidth, 56);
    const ink = inkOf(canvas);
    ink.clearRect(0, 0, width, height);
    /** @param {Track} t */
    const finite = (t) => [...(t[name] ?? [])].filter((value) => Number.isFinite(value));
    const top = Math.max(usual ? usual[1] * 1.1 : 0, ...this.shown.flatMap(finite)) || 1;
    /** @param {number} value */
    const y = (value) => 4 + (height - 8) * (1 - value / top);
    /** @param {number} k */
    const x = (k) => 5 + ((width - 10) * k) / Math.max(1, this.count - 1);
    ink.fillStyle = this.theme.faint;
    if (usual) ink.fillRect(0, y(usual[1]), width, y(usual[0]) - y(usual[1]));
    else ink.fillRect(0, y(0), width, 1);
    ink.strokeStyle = legible(this.theme.accent, this.theme);
    ink.lineWidth = 2;
    ink.beginPath();
    values.forEach((value, k) => { if (Number.isFinite(value)) ink.lineTo(x(k), y(value)); });
    ink.stroke();
    if (!Number.isFinite(values[index])) return;
    ink.fillStyle = this.theme.ink;
    ink.beginPath();
    ink.arc(x(index), y(values[index]), 4, 0, 2 * Math.PI);
    ink.fill();
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new Film(root);
