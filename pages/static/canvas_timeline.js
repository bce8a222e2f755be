import { clamp } from "./stage.js";

const REACH = 2; // as in canvas_frames.py
const NOWHERE = -32768;
const MOST_KEPT = 400; // frames; older ones are thinned out
export const EASE = 320; // milliseconds from one state to another that does not follow it

// Whole numbers back to positions in the plane.
export function positions(whole, [left, right, bottom, top]) {
  const half = [((right - left) / 2) * REACH, ((top - bottom) / 2) * REACH];
  const centre = [(left + right) / 2, (bottom + top) / 2];
  const out = new Float32Array(whole.length);
  for (let i = 0; i < whole.length; i++) {
    out[i] = whole[i] === NOWHERE ? NaN : centre[i & 1] + (whole[i] / 32767) * half[i & 1];
  }
  return out;
}

// The frames of one run in ascending steps, as numbers to draw.
export class Timeline {
  constructor(extent) {
    this.extent = extent;
    this.frames = [];
    this.has = {};
    this.longest = 0; // the longest of the usual arrows so far, in the units of the gradient
  }

  get first() { return this.frames[0]?.step ?? null; }

  get last() { return this.frames.length ? this.frames[this.frames.length - 1].step : null; }

  // Keeps the frames up to `since` and puts the new ones after them.
  replaceAfter(since, entries, arrays) {
    let keep = this.frames.length;
    while (keep && (since === null || this.frames[keep - 1].step > since)) keep--;
    // Frames that are here already stay the same objects: nothing has to be computed again.
    const old = new Map(this.frames.slice(keep).map((frame) => [frame.step, frame]));
    this.frames.length = keep;
    for (const entry of entries) {
      const fresh = this.read(entry, arrays);
      const known = old.get(entry.step);
      const same = known && known.fake.length === fresh.fake.length && known.fake.every((v, i) => v === fresh.fake[i] || v !== v);
      this.frames.push(same ? known : fresh);
    }
    while (this.frames.length > MOST_KEPT) {
      this.frames = this.frames.filter((_, i) => i % 2 === 0 || i > this.frames.length / 2);
    }
  }

  read(entry, arrays) {
    const part = (name) => {
      const stack = arrays[name];
      const size = stack.length / stack.shape[0];
      return stack.subarray(entry[name] * size, (entry[name] + 1) * size);
    };
    const frame = { step: entry.step, fake: positions(part("fake"), this.extent) };
    if ("landscape" in entry) {
      const [, rows, cols] = arrays.landscape.shape;
      const scale = (entry.high - entry.low) / 65535;
      const grid = Float32Array.from(part("landscape"), (v) => entry.low + v * scale);
      const away = Float32Array.from(grid, (v) => Math.abs(v - entry.boundary)).sort();
      frame.landscape = { grid, rows, cols, boundary: entry.boundary, reach: away[Math.floor(away.length * 0.9)] || 1 };
    }
    if ("manifold" in entry) {
      const [, rows, cols] = arrays.manifold.shape;
      frame.manifold = { grid: positions(part("manifold"), this.extent), rows, cols };
    }
    if ("arrows" in entry) {
      frame.arrows = Float32Array.from(part("arrows"), (v) => v * entry.unit);
      const lengths = [];
      for (let i = 0; i < frame.arrows.length; i += 2) lengths.push(Math.hypot(frame.arrows[i], frame.arrows[i + 1]));
      lengths.sort((a, b) => a - b);
      frame.usual = lengths[Math.floor(lengths.length * 0.9)] || 0;
      this.longest = Math.max(this.longest, frame.usual);
    }
    for (const name of ["landscape", "manifold", "arrows"]) if (frame[name]) this.has[name] = true;
    return frame;
  }

  // The index of the last frame at or before the step.
  before(step) {
    let [low, high] = [0, this.frames.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.frames[middle].step <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  holds(step) { return this.frames[this.before(step)]?.step === step; }

  nearest(step) {
    const i = this.before(step);
    const [a, b] = [this.frames[i], this.frames[i + 1]];
    return b && Math.abs(b.step - step) < Math.abs(a.step - step) ? b.step : a.step;
  }

  // Everything at a step, between the frames around it that have it.
  at(step) {
    const { frames } = this;
    if (!frames.length) return null;
    const here = this.before(step);
    const between = (name) => {
      let i = here;
      while (i >= 0 && !frames[i][name]) i--;
      let j = here + 1;
      while (j < frames.length && !frames[j][name]) j++;
      const [a, b] = [frames[i], frames[j]];
      if (!a || !b) return [(a || b)?.[name], null, 0];
      return [a[name], b[name], clamp((step - a.step) / (b.step - a.step), 0, 1)];
    };
    const state = { step };
    state.fake = mixed(...between("fake"));
    for (const name of ["landscape", "manifold"]) {
      const [a, b, t] = between(name);
      if (a) state[name] = mixedGrid(a, b, t);
    }
    const [a, b, t] = between("arrows");
    if (a) state.arrows = mixed(a, b, t);
    state.usual = frames[here].usual;
    return state;
  }
}

function mixed(a, b, t) {
  if (!b || t <= 0 || a.length !== b.length) return t >= 1 && b ? b : a;
  if (t >= 1) return b;
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] + (b[i] - a[i]) * t;
  return out;
}

function mixedGrid(a, b, t) {
  if (!b || t <= 0) return a;
  const out = { ...b, grid: mixed(a.grid, b.grid, t) };
  if (a.reach !== undefined) {
    out.boundary = a.boundary + (b.boundary - a.boundary) * t;
    out.reach = a.reach + (b.reach - a.reach) * t;
  }
  return out;
}

// From one whole state to another that does not follow it.
export function mixedState(a, b, t) {
  if (!a || !b || t >= 1) return b;
  const state = { ...b, fake: mixed(a.fake, b.fake, t) };
  for (const name of ["landscape", "manifold"]) if (a[name] && b[name]) state[name] = mixedGrid(a[name], b[name], t);
  if (a.arrows && b.arrows) state.arrows = mixed(a.arrows, b.arrows, t);
  return state;
}

// Which step is shown now, for one canvas or for several that share a clock. Each batch of frames is
// replayed in the time until the next is due, so that motion does not stop between two polls.
class Clock {
  constructor() {
    this.members = new Set();
    this.from = this.to = null;
    this.started = 0;
    this.length = 1;
    this.every = 500;
    this.came = null;
    this.at = null; // the step that somebody went back to
    this.on = null; // layers switched on, for all members
    this.as = "probability";
  }

  now(time) {
    if (this.at !== null) return this.at;
    if (this.to === null) return null;
    const t = clamp((time - this.started) / this.length, 0, 1);
    return this.from + (this.to - this.from) * t;
  }

  running(time) { return this.at === null && this.to !== null && time < this.started + this.length; }

  // A member has other frames than before. True if what it shows has to jump.
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

  go(step) {
    if (step === this.at) return;
    this.at = step;
    for (const member of this.members) member.leap();
  }

  clear() { [this.from, this.to, this.at, this.came] = [null, null, null, null]; }
}

const clocks = (globalThis.__ganlabClocks ??= new Map());

export function joinClock(name, member) {
  const clock = name ? clocks.get(name) || new Clock() : new Clock();
  if (name) clocks.set(name, clock);
  clock.name = name;
  clock.members.add(member);
  return clock;
}

export function leaveClock(clock, member) {
  clock.members.delete(member);
  if (clock.name && !clock.members.size) clocks.delete(clock.name);
}
