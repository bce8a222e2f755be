// The rows of a chart, their thinning, the reach of its axis and what gestures do to its view.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Rows, reach, thin } from "../../pages/static/chart_rows.js";
import { Chart } from "../../pages/static/live_chart.js";
import { numbers } from "./numbers.mjs";

test("thinning keeps the first, lowest, highest and last of every pixel", () => {
  const draw = numbers(1);
  const step = Float64Array.from({ length: 20_000 }, () => 100 * draw()).sort();
  const values = Float64Array.from(step, () => draw() - 0.5);
  const { xs, ys } = thin(step, values, 0, step.length, 3, 10, false);
  assert.ok(xs.every((x, i) => i === 0 || x >= xs[i - 1]));
  assert.ok(xs.length <= 4 * 301);
  const columns = new Map();
  step.forEach((s, i) => columns.set(Math.floor(3 * s + 10), [...(columns.get(Math.floor(3 * s + 10)) ?? []), values[i]]));
  const thinned = new Map();
  xs.forEach((x, i) => thinned.set(Math.floor(x), [...(thinned.get(Math.floor(x)) ?? []), ys[i]]));
  assert.deepEqual([...thinned.keys()], [...columns.keys()]);
  for (const [column, all] of columns) {
    const some = thinned.get(column);
    assert.equal(Math.min(...some), Math.min(...all));
    assert.equal(Math.max(...some), Math.max(...all));
    assert.deepEqual([some[0], some.at(-1)], [all[0], all.at(-1)]);
  }
});

test("thinning breaks where values are missing and passes over sparse ones", () => {
  const cut = (sparse) => thin([0, 1, 2, 3], [1, NaN, 3, 4], 0, 4, 10, 0, false, sparse);
  assert.deepEqual([cut(false).xs, cut(false).ys, cut(false).holes], [[0, 10, 20, 30], [1, NaN, 3, 4], [10]]);
  assert.deepEqual([cut(true).xs, cut(true).ys, cut(true).holes], [[0, 20, 30], [1, 3, 4], []]);
});

test("on a logarithmic axis a power of ten is its exponent and a negative value is a hole", () => {
  const { ys, holes } = thin([0, 1, 2], [1000, -1, 0.01], 0, 3, 10, 0, true);
  assert.deepEqual([Math.round(ys[0] * 1e9) / 1e9, ys[1], Math.round(ys[2] * 1e9) / 1e9], [3, NaN, -2]);
  assert.deepEqual(holes, [10]);
});

test("the average of a crowded curve is the mean of every four pixels", () => {
  const values = Float64Array.from({ length: 800 }, numbers(2));
  const { mean } = thin(values.map((_, i) => i), values, 0, 800, 0.1, 0, false);
  mean.ys.forEach((y, k) => {
    const rows = values.subarray(40 * k, 40 * (k + 1));
    assert.ok(Math.abs(y - rows.reduce((a, b) => a + b) / 40) < 1e-12);
    assert.equal(mean.xs[k], 4 * k + 2);
  });
});

test("the moving average is the exponential one without bias, and can be extended", () => {
  const draw = numbers(3);
  const values = Float32Array.from({ length: 300 }, (_, i) => (i === 40 ? NaN : draw()));
  const rows = new Rows(["d"]);
  for (let i = 0; i < 300; i += 50) {
    const some = values.subarray(i, i + 50);
    rows.replaceAfter(i || null, some.map((_, k) => i + k + 1), { d: some });
    rows.smoothed("d");
  }
  const smooth = rows.smoothed("d");
  for (let n = 0; n < 300; n++) {
    // Directly: each value weighs 0.97 to the power of the finite values after it.
    let [sum, weight, factor] = [0, 0, 1];
    for (let k = n; k >= 0; k--) {
      if (Number.isNaN(values[k])) continue;
      sum += factor * values[k];
      weight += factor;
      factor *= 0.97;
    }
    if (n === 40) assert.ok(Number.isNaN(smooth[n]));
    else assert.ok(Math.abs(smooth[n] - sum / weight) < 1e-5);
  }
});

test("overlapping rows are kept once, and rows that were taken back are dropped", () => {
  const rows = new Rows(["d"]);
  const steps = () => [...rows.step.subarray(0, rows.count)];
  rows.replaceAfter(null, [1, 2, 3], { d: [1, 2, 3] });
  rows.replaceAfter(1, [2, 3, 4], { d: [2, 3, 4] });
  assert.deepEqual(steps(), [1, 2, 3, 4]);
  rows.replaceAfter(2, [3], { d: [30] });
  assert.deepEqual(steps(), [1, 2, 3]);
  assert.deepEqual([...rows.of("d").subarray(0, 3)], [1, 2, 30]);
});

test("rows outgrow their arrays without a loss", () => {
  const rows = new Rows(["d"]);
  for (let i = 0; i < 3000; i += 7) rows.replaceAfter(i - 1, [i, i + 3], { d: [i, -i] });
  assert.equal(rows.count, 858);
  for (let k = 0; k < rows.count; k++) assert.equal(rows.of("d")[k], k % 2 ? -7 * ((k - 1) / 2) : (7 * k) / 2);
});

test("the nearest row is the one that a search through all of them finds", () => {
  const draw = numbers(4);
  const step = Float64Array.from({ length: 200 }, () => 50 * draw()).sort();
  const rows = new Rows([]);
  rows.replaceAfter(null, step, {});
  for (let n = 0; n < 300; n++) {
    const x = 60 * draw() - 5;
    const least = Math.min(...step.map((s) => Math.abs(s - x)));
    assert.equal(Math.abs(step[rows.nearest(x)] - x), least);
    assert.equal(rows.at(x), step.filter((s) => s < x).length);
  }
});

test("one spike leaves the axis and a lasting rise does not", () => {
  const top = (values) => reach([thin(values.map((_, i) => i), values, 0, values.length, 1, 0, false)], [])[1];
  const calm = Array.from({ length: 400 }, (_, i) => 1 + 0.1 * Math.sin(i));
  for (const spike of [5, 500]) assert.ok(top([...calm.slice(0, 200), spike, ...calm.slice(201)]) < 2);
  assert.ok(top([...calm.slice(0, 385), ...Array(15).fill(500)]) > 400);
});

test("the axis takes a line in that lies near, and none that lies far", () => {
  const curve = { ys: [0, 1], sample: [0, 1] };
  assert.ok(reach([curve], [2])[1] > 2);
  assert.ok(reach([curve], [40])[1] < 2);
  assert.deepEqual(reach([], []), [0, 1]);
});

/** A chart without a page: its rows and its view, which gestures change. */
function chart(count = 1001) {
  const one = Object.create(Chart.prototype);
  Object.assign(one, { rows: new Rows([]), view: null, follow: false, cross: null, box: { left: 50, inner: 400 } });
  one.rows.replaceAfter(null, Float64Array.from({ length: count }, (_, i) => i), {});
  one.dress = one.redraw = () => {};
  return one;
}

test("zooming keeps the step under the pointer where it is", () => {
  const one = chart();
  for (const factor of [0.5, 0.8, 1.2, 0.1]) {
    const before = one.stepAt(170);
    one.zoomAt(before, factor);
    assert.ok(Math.abs(one.stepAt(170) - before) < 1e-9);
  }
});

test("zooming out beyond the run shows all of it, and no view leaves the run", () => {
  const one = chart();
  one.zoom(-500, 300);
  assert.deepEqual(one.view, [0, 800]);
  one.zoom(900, 1400);
  assert.ok(one.view[1] <= 1000 + 0.03 * 500 + 1e-9);
  assert.ok(Math.abs(one.view[1] - one.view[0] - 500) < 1e-9);
  one.zoom(-100, 2000);
  assert.equal(one.view, null);
  one.zoom(500, 500.001);
  assert.ok(one.view[1] - one.view[0] >= 4 - 1e-9);
});

test("two fingers keep the steps that they took hold of", () => {
  const one = chart();
  Object.assign(one, { touches: new Map([[1, 150], [2, 250]]), plot: { getBoundingClientRect: () => ({ left: 0, top: 0 }) } });
  const held = [150, 250].map((x) => one.stepAt(x));
  one.drag = { kind: "pinch", a: held[0], b: held[1] };
  one.move({ pointerId: 1, pointerType: "touch", clientX: 110, clientY: 5 });
  one.move({ pointerId: 2, pointerType: "touch", clientX: 330, clientY: 5 });
  const now = [110, 330].map((x) => one.stepAt(x));
  held.forEach((step, i) => assert.ok(Math.abs(now[i] - step) < 1e-6, `${now[i]} ${step}`));
});
