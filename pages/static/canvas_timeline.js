import { clamp } from "./stage.js";
/** @import { Entry, Extent, Layer, Shaped } from "./messages.js" */

/**
 * @typedef {{ grid: Float32Array, rows: number, cols: number }} Grid
 * @typedef {Grid & { boundary: number, reach: number }} Landscape `reach`: of nine in ten scores
 *
 * @typedef {object} State what is shown at a step, as numbers to draw
 * @property {number} step
 * @property {Float32Array} fake
 * @property {Landscape} [landscape]
 * @property {Grid} [manifold]
 * @property {Float32Array} [arrows]
 * @property {Partial<Omit<State, "now">>} [now] of G itself, where the rest is of an averaged G
 *
 * @typedef {object} Member of a clock: a canvas, a legend or strips
 * @property {{ last: number | null, frames?: State[], holds?: (step: number) => boolean }} [timeline]
 * @property {() => void} leap
 * @property {() => void} redraw
 * @property {() => void} refresh
 * @property {(layer: Layer) => boolean} [available]
 * @property {unknown} [painted]
 * @property {boolean} [rejoin]
 */

const REACH = 2; // as in canvas_frames.py
const NOWHERE = -32768;
const MOST_KEPT = 400; // frames; older ones are thinned out
/** @type {("landscape" | "manifold" | "arrows")[]} What a frame may lack. */
const PARTS = ["landscape", "manifold", "arrows"];
export const EASE = 320; // milliseconds from one state to another that does not follow it

/**
 * Whole numbers back to positions in the plane.
 * @param {ArrayLike<number>} whole @param {Extent} extent
 */
export function positions(whole, [left, right, bottom, top]) {
  const half = [((right - left) / 2) * REACH, ((top - bottom) / 2) * REACH];
  const centre = [(left + right) / 2, (bottom + top) / 2];
  const out = new Float32Array(whole.length);
  for (let i = 0; i < whole.length; i++) {
    out[i] = whole[i] === NOWHERE ? NaN : centre[i & 1] + (whole[i] / 32767) * half[i & 1];
  }
  return out;
}

/**
 * The last of `count` places in ascending order whose step is at most this one; 0 if none is.
 * @param {number} count @param {(place: number) => number} at @param {number} step
 */
export function lastUntil(count, at, step) {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at(middle) <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The frames of one run in ascending steps, as numbers to draw. */
export class Timeline {
  /** @param {Extent} extent */
  constructor(extent) {
    this.extent = extent;
    /** @type {State[]} */
    this.frames = [];
    /** @type {Partial<Record<Layer, boolean>>} */
    this.has = {};
    this.now = false; // whether G itself is shown
    this.longest = 0; // the longest of the usual arrows so far, in the units of the gradient
  }

  get first() { return this.frames[0]?.step ?? null; }

  get last() { return this.frames.length ? this.frames[this.frames.length - 1].step : null; }

  /**
   * Keeps the frames up to `since` and puts the new ones after them.
   * @param {number | null} since @param {Entry[]} entries @param {Record<string, Shaped>} arrays
   */
  replaceAfter(since, entries, arrays) {
    let keep = this.frames.length;
    while (keep && (since === null || this.frames[keep - 1].step > since)) keep--;
    // Frames that are here already stay the same objects: nothing has to be computed again.
    const old = new Map(this.frames.slice(keep).map((frame) => [frame.step, frame]));
    this.frames.length = keep;
    for (const entry of entries) {
      const fresh = this.read(entry, arrays);
      const known = old.get(entry.step);
      const same = known && alike(known.fake, fresh.fake) && alike(known.now?.fake, fresh.now?.fake);
      this.frames.push(same ? known : fresh);
    }
    while (this.frames.length > MOST_KEPT) {
      this.frames = this.frames.filter((_, i) => i % 2 === 0 || i > this.frames.length / 2);
    }
  }

  /** @param {Entry} entry @param {Record<string, Shaped>} arrays @returns {State} */
  read(entry, arrays) {
    /** @param {"fake" | "landscape" | "manifold" | "arrows" | "fake_now" | "manifold_now" | "arrows_now"} name */
    const part = (name) => {
      const [stack, place] = [arrays[name], entry[name] ?? 0];
      const size = stack.length / stack.shape[0];
      return stack.subarray(place * size, (place + 1) * size);
    };
    /** @type {State} */
    const frame = { step: entry.step, fake: positions(part("fake"), this.extent) };
    if ("landscape" in entry) {
      const [, rows, cols] = arrays.landscape.shape;
      const { low = 0, high = 0 } = entry;
      const scale = (high - low) / 65535;
      const grid = Float32Array.from(part("landscape"), (v) => low + v * scale);
      const away = Float32Array.from(grid, (v) => Math.abs(v - entry.boundary)).sort();
      frame.landscape = { grid, rows, cols, boundary: entry.boundary, reach: away[Math.floor(away.length * 0.9)] || 1 };
    }
    /** @param {"manifold" | "manifold_now"} name @returns {Grid} */
    const sheet = (name) => {
      const [, rows, cols] = arrays[name].shape;
      return { grid: positions(part(name), this.extent), rows, cols };
    };
    /** @param {"arrows" | "arrows_now"} name @param {number} unit */
    const pulls = (name, unit) => {
      const arrows = Float32Array.from(part(name), (v) => v * unit);
      const lengths = Float64Array.from({ length: arrows.length / 2 }, (_, i) => Math.hypot(arrows[2 * i], arrows[2 * i + 1])).sort();
      this.longest = Math.max(this.longest, lengths[Math.floor(lengths.length * 0.9)] || 0);
      return arrows;
    };
    if ("manifold" in entry) frame.manifold = sheet("manifold");
    if ("arrows" in entry) frame.arrows = pulls("arrows", entry.unit ?? 1);
    if ("fake_now" in entry) {
      frame.now = { fake: positions(part("fake_now"), this.extent) };
      if ("manifold_now" in entry) frame.now.manifold = sheet("manifold_now");
      if ("arrows_now" in entry) frame.now.arrows = pulls("arrows_now", entry.unit_now ?? 1);
    }
    for (const name of PARTS) if (frame[name]) this.has[name] = true;
    return frame;
  }

  /** The index of the last frame at or before the step. @param {number} step */
  before(step) { return lastUntil(this.frames.length, (i) => this.frames[i].step, step); }

  /** @param {number} step */
  holds(step) { return this.frames[this.before(step)]?.step === step; }

  /** @param {number} step */
  nearest(step) {
    const i = this.before(step);
    const [a, b] = [this.frames[i], this.frames[i + 1]];
    return b && Math.abs(b.step - step) < Math.abs(a.step - step) ? b.step : a.step;
  }

  /**
   * Everything at a step, between the frames around it that have it.
   * @param {number} step @returns {State | null}
   */
  at(step) {
    const { frames } = this;
    if (!frames.length) return null;
    const here = this.before(step);
    /** @template {"fake" | "landscape" | "manifold" | "arrows"} N @param {N} name */
    const between = (name) => {
      /** @param {State} frame */
      const of = (frame) => (this.now && frame.now?.[name]) || frame[name];
      let i = here;
      while (i >= 0 && !of(frames[i])) i--;
      let j = here + 1;
      while (j < frames.length && !of(frames[j])) j++;
      const [a, b] = [frames[i], frames[j]];
      const t = a && b ? clamp((step - a.step) / (b.step - a.step), 0, 1) : 0;
      return /** @type {[State[N], State[N] | undefined, number]} */ ([a ? of(a) : b && of(b), a && b && of(b), t]);
    };
    const state = { ...frames[here], step };
    state.fake = mixed(...between("fake"));
    state.landscape = mixedGrid(...between("landscape"));
    state.manifold = mixedGrid(...between("manifold"));
    state.arrows = mixed(...between("arrows"));
    return state;
  }
}

/**
 * Whether two lists hold the same numbers; NaN is like anything.
 * @param {Float32Array | undefined} a @param {Float32Array | undefined} b
 */
const alike = (a, b) => a?.length === b?.length && (!a || !b || a.every((v, i) => v === b[i] || v !== v));

/**
 * @template {Float32Array | undefined} A
 * @param {A} a @param {A | undefined} b @param {number} t @returns {A}
 */
function mixed(a, b, t) {
  if (!a || !b || t <= 0 || a.length !== b.length) return t >= 1 && b ? b : a;
  if (t >= 1) return b;
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] + (b[i] - a[i]) * t;
  return /** @type {A} */ (out);
}

/**
 * @template {Grid | Landscape | undefined} G
 * @param {G} a @param {G | undefined} b @param {number} t @returns {G}
 */
function mixedGrid(a, b, t) {
  if (!a || !b || t <= 0) return a;
  const out = /** @type {G & Landscape} */ ({ ...b, grid: mixed(a.grid, b.grid, t) });
  if ("reach" in a && "reach" in b) {
    out.boundary = a.boundary + (b.boundary - a.boundary) * t;
    out.reach = a.reach + (b.reach - a.reach) * t;
  }
  return out;
}

/**
 * From one whole state to another that does not follow it.
 * @param {State | null} a @param {State | null} b @param {number} t
 */
export function mixedState(a, b, t) {
  if (!a || !b || t >= 1) return b;
  const state = { ...b, fake: mixed(a.fake, b.fake, t) };
  if (a.landscape && b.landscape) state.landscape = mixedGrid(a.landscape, b.landscape, t);
  if (a.manifold && b.manifold) state.manifold = mixedGrid(a.manifold, b.manifold, t);
  if (a.arrows && b.arrows) state.arrows = mixed(a.arrows, b.arrows, t);
  return state;
}

/**
 * Which step is shown now, for one canvas or for several that share a clock. Each batch of frames is
 * replayed in the time until the next is due, so that motion does not stop between two polls.
 */
export class Clock {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    /** @type {Set<Member>} */
    this.members = new Set();
    this.from = 0;
    /** @type {number | null} */
    this.to = null;
    this.started = 0;
    this.length = 1;
    this.every = 500;
    /** @type {number | null} */
    this.came = null;
    /** @type {number | null} The step that somebody went back to. */
    this.at = null;
    /** @type {Set<Layer> | null} Layers switched on, for all members. */
    this.on = null;
    /** @type {"probability" | "score"} */
    this.as = "probability";
  }

  /** @param {number} time @returns {number | null} */
  now(time) {
    if (this.at !== null) return this.at;
    if (this.to === null) return null;
    const t = clamp((time - this.started) / this.length, 0, 1);
    return this.from + (this.to - this.from) * t;
  }

  /** @param {number} time */
  running(time) { return this.at === null && this.to !== null && time < this.started + this.length; }

  /**
   * A member has other frames than before. True if what it shows has to jump.
   * @param {number} time @param {{ playing: boolean, pace: number }} message
   */
  extend(time, { playing, pace }) {
    let last = Infinity;
    for (const member of this.members) if (member.timeline?.last != null) last = Math.min(last, member.timeline.last);
    if (last === Infinity) return false;
    if (last === this.to) return false;
    if (this.came !== null && time - this.came > 60) {
      this.every += (clamp(time - this.came, 120, 1500) - this.every) * 0.3;
    }
    this.came = time;
    const held = this.at;
    this.at = null;
    const position = this.now(time);
    this.at = held;
    const jump = position === null || last < position;
    this.from = jump ? last : position;
    this.to = last;
    this.started = time;
    this.length = jump ? 1 : pace > 0 ? pace : playing ? this.every * 1.12 : Math.max(EASE, this.every * 0.8);
    return jump && position !== null;
  }

  /** @param {number | null} step */
  go(step) {
    if (step === this.at) return;
    this.at = step;
    for (const member of this.members) member.leap();
  }

  clear() { this.to = this.at = this.came = null; }
}

const page = /** @type {{ __ganlabClocks?: Map<string, Clock> }} */ (globalThis);
const clocks = (page.__ganlabClocks ??= new Map());

/** @param {string} name @param {Member} member */
export function joinClock(name, member) {
  const clock = clocks.get(name) || new Clock(name);
  if (name) clocks.set(name, clock);
  clock.members.add(member);
  return clock;
}

/** @param {Clock} clock @param {Member} member */
export function leaveClock(clock, member) {
  clock.members.delete(member);
  if (clock.name && !clock.members.size) clocks.delete(clock.name);
}
