/** @import { Point } from "./messages.js" */

/**
 * @typedef {{ xs: number[], ys: number[] }} Path a break is a NaN
 *
 * @typedef {object} Curve
 * @property {number[]} xs
 * @property {number[]} ys
 * @property {number[]} holes where values were not finite
 * @property {number[]} sample some of the values as they are
 * @property {Path} mean the average of every four columns
 * @property {Curve} [under] the raw curve below a smoothed one
 *
 * @typedef {object} Soft a moving average, known for the first `done` rows
 * @property {number} done
 * @property {Float32Array<ArrayBuffer>} mean
 * @property {Float64Array} sum
 * @property {Float64Array} weight
 */

const SMOOTHING = 0.97; // each row keeps this much of the ones before it

/** All rows of one run in ascending steps, in arrays that double when they are full. */
export class Rows {
  /** @param {string[]} names */
  constructor(names) {
    this.names = names;
    this.count = 0;
    this.step = new Float64Array(512);
    this.values = new Map(this.names.map((name) => [name, new Float32Array(512)]));
    /** @type {Map<string, Soft>} */
    this.soft = new Map();
  }

  /** The column of that name. @param {string} name */
  of(name) { return /** @type {Float32Array<ArrayBuffer>} */ (this.values.get(name)); }

  get first() { return this.step[0]; }

  get last() { return this.count ? this.step[this.count - 1] : -Infinity; }

  /** The first row whose step is at least x. @param {number} x */
  at(x) {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.step[middle] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} x */
  nearest(x) {
    const i = this.at(x);
    if (i === 0) return 0;
    if (i === this.count) return this.count - 1;
    return x - this.step[i - 1] < this.step[i] - x ? i - 1 : i;
  }

  /**
   * Keeps the rows up to `since` and puts the new ones after them.
   * @param {number | null} since @param {ArrayLike<number>} step
   * @param {Record<string, ArrayLike<number>>} columns
   */
  replaceAfter(since, step, columns) {
    const keep = since === null ? 0 : this.at(since + 1e-9);
    const wanted = keep + step.length;
    if (wanted > this.step.length) {
      const size = 2 ** Math.ceil(Math.log2(wanted + 1));
      /** @template {Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>} A @param {A} old @param {A} grown */
      const grow = (old, grown) => {
        grown.set(old.subarray(0, keep));
        return grown;
      };
      this.step = grow(this.step, new Float64Array(size));
      for (const name of this.names) this.values.set(name, grow(this.of(name), new Float32Array(size)));
    }
    this.step.set(step, keep);
    for (const name of this.names) this.of(name).set(columns[name], keep);
    for (const soft of this.soft.values()) soft.done = Math.min(soft.done, keep);
    this.count = wanted;
  }

  /**
   * The exponential moving average, free of the bias of its beginning; extended as rows come.
   * @param {string} name
   */
  smoothed(name) {
    let soft = this.soft.get(name);
    if (!soft || soft.mean.length < this.step.length) {
      soft = { done: 0, mean: new Float32Array(this.step.length), sum: new Float64Array(this.step.length), weight: new Float64Array(this.step.length) };
      this.soft.set(name, soft);
    }
    const values = this.of(name);
    let [sum, weight] = soft.done ? [soft.sum[soft.done - 1], soft.weight[soft.done - 1]] : [0, 0];
    for (let i = soft.done; i < this.count; i++) {
      const v = values[i];
      if (Number.isFinite(v)) {
        sum = SMOOTHING * sum + v;
        weight = SMOOTHING * weight + 1;
      }
      soft.sum[i] = sum;
      soft.weight[i] = weight;
      soft.mean[i] = Number.isFinite(v) ? sum / weight : NaN;
    }
    soft.done = this.count;
    return soft.mean;
  }
}

/**
 * The curve as at most four points for each pixel column: first, lowest, highest, last.
 * x = step * scale + shift. Breaks are NaN; holes are where values were not finite. `mean` is the
 * average of every four columns, `sample` some of the values as they are, for the choice of the axis.
 * @param {ArrayLike<number>} step @param {ArrayLike<number>} values @param {number} from
 * @param {number} to @param {number} scale @param {number} shift @param {boolean} log
 * @param {boolean} [sparse] @returns {Curve}
 */
export function thin(step, values, from, to, scale, shift, log, sparse) {
  /** @type {Curve} */
  const curve = { xs: [], ys: [], holes: [], sample: [], mean: { xs: [], ys: [] } };
  const { xs, ys, holes, sample, mean } = curve;
  let [bin, sum, count] = [NaN, 0, 0];
  const average = () => {
    if (count) { mean.xs.push((bin + 0.5) * 4); mean.ys.push(sum / count); }
    [sum, count] = [0, 0];
  };
  const stride = Math.max(1, Math.floor((to - from) / 2000));
  /** @param {number} x @param {number} y */
  const push = (x, y) => { xs.push(x); ys.push(y); };
  let [column, first, last, low, high, lowAt, highAt, open] = [NaN, 0, 0, 0, 0, 0, 0, false];
  let [firstX, lastX] = [0, 0];
  const flush = () => {
    if (!open) return;
    open = false;
    push(firstX, first);
    if (lowAt === highAt) { if (low !== first || low !== last) push(lowAt, low); } else if (lowAt < highAt) {
      push(lowAt, low); push(highAt, high);
    } else { push(highAt, high); push(lowAt, low); }
    if (lastX !== firstX) push(lastX, last);
  };
  for (let i = from; i < to; i++) {
    const x = step[i] * scale + shift;
    let v = values[i];
    if (log) v = v > 0 ? Math.log10(v) : NaN;
    if (!Number.isFinite(v)) {
      if (sparse) continue;
      flush();
      average();
      if (mean.ys.length) { mean.xs.push(x); mean.ys.push(NaN); }
      if (ys.length && !Number.isNaN(ys[ys.length - 1])) push(x, NaN);
      if (!holes.length || x - holes[holes.length - 1] >= 6) holes.push(x);
      column = NaN;
      continue;
    }
    const here = Math.floor(x);
    const there = Math.floor(x / 4);
    if (there !== bin) { average(); bin = there; }
    sum += v;
    count += 1;
    if (i % stride === 0 || to - i < 24) sample.push(v);
    if (open && here === column) {
      last = v; lastX = x;
      if (v < low) { low = v; lowAt = x; }
      if (v > high) { high = v; highAt = x; }
    } else {
      flush();
      open = true;
      column = here;
      first = last = low = high = v;
      firstX = lastX = lowAt = highAt = x;
    }
  }
  flush();
  average();
  return curve;
}

/**
 * Where the axis should reach: single spikes may leave it, whatever stays does not.
 * @param {Pick<Curve, "ys" | "sample">[]} curves @param {number[]} lines @returns {Point}
 */
export function reach(curves, lines) {
  const all = [];
  let [low, high] = [Infinity, -Infinity];
  const tails = [];
  for (const { ys, sample } of curves) {
    for (const y of ys) {
      if (y < low) low = y;
      if (y > high) high = y;
    }
    all.push(...sample);
    const tail = sample.slice(-24).sort((a, b) => a - b);
    if (tail.length > 8) tails.push(tail[4], tail[tail.length - 5]);
  }
  if (!all.length) return lines.length ? widen(Math.min(...lines, 0), Math.max(...lines)) : [0, 1];
  if (all.length > 60) {
    const sorted = Float64Array.from(all).sort();
    /** @param {number} q */
    const quantile = (q) => sorted[Math.round(q * (sorted.length - 1))];
    const [q0, q1] = [Math.min(quantile(0.01), ...tails), Math.max(quantile(0.99), ...tails)];
    const span = q1 - q0 || Math.abs(q1) || 1;
    if (high > q1 + span) high = q1 + 0.35 * span;
    if (low < q0 - span) low = q0 - 0.35 * span;
  }
  const span = high - low || Math.abs(high) || 1;
  for (const line of lines) {
    if (line > low - 1.5 * span && line < high + 1.5 * span) {
      low = Math.min(low, line);
      high = Math.max(high, line);
    }
  }
  return widen(low, high);
}

/** @param {number} low @param {number} high @returns {Point} */
function widen(low, high) {
  const span = high - low || Math.abs(high) * 0.2 || 1;
  const bottom = low >= 0 && low - 0.07 * span < 0 ? Math.min(0, low) - 0.015 * span : low - 0.07 * span;
  return [bottom, high + 0.09 * span];
}
