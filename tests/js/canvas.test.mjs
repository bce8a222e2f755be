// The canvas of points: time line, clock, landscape and drawing.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Drawing } from "../../pages/static/canvas_drawing.js";
import { landscapeColours, scoreAt, sigmoid } from "../../pages/static/canvas_layers.js";
import {
  joinClock, lastUntil, leaveClock, mixedState, positions, Timeline,
} from "../../pages/static/canvas_timeline.js";
import { numbers } from "./numbers.mjs";

const EXTENT = [-2, 2, -1, 3];

/** The frames as Python sends them: fake points as whole numbers over twice the extent. */
function sent(frames) {
  const fake = Int16Array.from(frames.flatMap(([, points]) => points.flatMap(([x, y]) => [
    Math.round((x / 4) * 32767), Math.round(((y - 1) / 4) * 32767),
  ])));
  fake.shape = [frames.length, frames[0][1].length, 2];
  return [frames.map(([step], k) => ({ step, fake: k, boundary: 0 })), { fake }];
}

function timeline(frames) {
  const line = new Timeline(EXTENT);
  line.replaceAfter(null, ...sent(frames));
  return line;
}

test("whole numbers are read as places over twice the extent, and the least one as nowhere", () => {
  const got = positions([0, 0, 32767, -32767, -32768, -32768], EXTENT);
  assert.deepEqual([...got].slice(0, 4), [0, 1, 4, -3]);
  assert.ok(Number.isNaN(got[4]) && Number.isNaN(got[5]));
});

test("the last place until a step is the one that a search through all of them finds", () => {
  const draw = numbers(5);
  const steps = Float64Array.from({ length: 60 }, () => Math.floor(1000 * draw())).sort();
  for (let n = 0; n < 200; n++) {
    const step = 1100 * draw() - 50;
    const direct = steps.filter((s) => s <= step).length - 1;
    assert.equal(lastUntil(60, (i) => steps[i], step), Math.max(0, direct));
  }
});

test("between two frames every point lies on the straight line", () => {
  const line = timeline([[0, [[-1, 0], [1, 2]]], [100, [[1, 1], [-1, 0]]]]);
  for (const [step, x, y] of [[0, -1, 0], [25, -0.5, 0.25], [50, 0, 0.5], [100, 1, 1]]) {
    const { fake } = line.at(step);
    assert.ok(Math.hypot(fake[0] - x, fake[1] - y) < 3e-4);
  }
});

test("G itself is shown where it was sent, and elsewhere the averaged G", () => {
  const [entries, arrays] = sent([[0, [[0, 0]]], [10, [[1, 0]]]]);
  const line = new Timeline(EXTENT);
  entries[1].fake_now = 0;
  line.replaceAfter(null, entries, { ...arrays, fake_now: sent([[10, [[-1, 0]]]])[1].fake });
  assert.ok(Math.abs(line.at(10).fake[0] - 1) < 3e-4);
  line.now = true;
  assert.ok(Math.abs(line.at(10).fake[0] + 1) < 3e-4);
  assert.ok(Math.abs(line.at(0).fake[0]) < 3e-4);
});

test("a run that is taken back loses the frames after it, and frames that stay are the same objects", () => {
  const line = timeline([[0, [[0, 0]]], [10, [[0, 1]]], [20, [[0, 2]]]]);
  const [, second] = line.frames;
  line.replaceAfter(0, ...sent([[10, [[0, 1]]], [15, [[1, 1]]]]));
  assert.deepEqual(line.frames.map((frame) => frame.step), [0, 10, 15]);
  assert.equal(line.frames[1], second);
  assert.deepEqual([line.first, line.last, line.holds(10), line.holds(11)], [0, 15, true, false]);
  assert.equal(line.nearest(13), 15);
});

test("a long run is thinned, and its newest half kept frame by frame", () => {
  const line = timeline(Array.from({ length: 500 }, (_, i) => [i, [[0, 0]]]));
  const steps = line.frames.map((frame) => frame.step);
  assert.ok(steps.length <= 400);
  assert.equal(steps[0], 0);
  assert.deepEqual(steps.slice(-200), Array.from({ length: 200 }, (_, i) => 300 + i));
});

test("one state turns into another in equal shares", () => {
  const state = (x) => ({ step: 0, fake: Float32Array.of(x, 0), manifold: { grid: Float32Array.of(2 * x), rows: 1, cols: 1 } });
  const half = mixedState(state(1), state(3), 0.5);
  assert.deepEqual([...half.fake, ...half.manifold.grid], [2, 0, 4]);
  assert.equal(mixedState(null, half, 0.2), half);
});

test("the clock never stands still, jumps or runs ahead while batches come", () => {
  const member = { timeline: { last: null }, leap() {} };
  const clock = joinClock("", member);
  let [before, most] = [null, 0];
  for (let time = 0; time < 6000; time += 16) {
    if (time % 496 === 0) {
      member.timeline.last = 100 + time;
      clock.extend(time, { playing: true, pace: 0 });
    }
    const now = clock.now(time);
    assert.ok(now <= member.timeline.last + 1e-9);
    if (time > 1500) {
      assert.ok(now > before);
      most = Math.max(most, now - before);
    }
    before = now;
  }
  assert.ok(most < 32);
});

test("canvases of one name share a clock until the last of them leaves", () => {
  const [a, b] = [{ leap() {} }, { leap() {} }];
  const clock = joinClock("pair", a);
  assert.equal(joinClock("pair", b), clock);
  leaveClock(clock, a);
  assert.equal(joinClock("pair", a), clock);
  leaveClock(clock, a);
  leaveClock(clock, b);
  assert.notEqual(joinClock("pair", a), clock);
  assert.notEqual(joinClock("", a), joinClock("", b));
});

test("the score between the grid's places is bilinear", () => {
  // a + bx + cy + dxy is its own bilinear interpolation.
  const score = (x, y) => 1 + 2 * x - 3 * y + 4 * x * y;
  const grid = Float64Array.from({ length: 24 }, (_, k) => score((k % 6) / 5, Math.floor(k / 6) / 3));
  const draw = numbers(6);
  for (let n = 0; n < 40; n++) {
    const [u, v] = [draw(), draw()];
    assert.ok(Math.abs(scoreAt({ grid, rows: 4, cols: 6 }, u, v) - score(u, v)) < 1e-9);
  }
});

test("σ is that of the hyperbolic tangent", () => {
  for (let x = -30; x <= 30; x += 1.5) assert.ok(Math.abs(sigmoid(x) - (1 + Math.tanh(x / 2)) / 2) < 1e-12);
});

test("the landscape's colours are clear where D is undecided and stronger towards both ends", () => {
  const table = landscapeColours("#ff0000", "#0000ff", false);
  const alpha = (i) => table[4 * i + 3];
  assert.deepEqual([...table.subarray(0, 3), ...table.subarray(4 * 255, 4 * 255 + 3)], [255, 0, 0, 0, 0, 255]);
  assert.ok(alpha(127) <= 2 && alpha(128) <= 2);
  for (let i = 0; i < 128; i++) assert.equal(alpha(i), alpha(255 - i));
  for (let i = 128; i < 255; i++) assert.ok(alpha(i + 1) >= alpha(i));
});

/** Paper without buttons. */
function paper(most = 600) {
  const one = Object.create(Drawing.prototype);
  return Object.assign(one, { changed() {}, points: [], past: [], tool: "brush", size: 0.05, cursor: null, extent: EXTENT, most });
}

test("strokes put the same points on the same length, however slowly they are drawn", () => {
  const drawn = (parts) => {
    const one = paper();
    one.begin([-1, 0]);
    for (let k = 1; k <= parts; k++) one.go([-1 + (2 * k) / parts, 0]);
    one.end();
    return one.points.length;
  };
  assert.equal(drawn(1), drawn(7));
  assert.equal(drawn(1), drawn(160));
});

test("the eraser takes away what lies under it and nothing else, and undo brings it back", () => {
  const one = paper();
  one.points = [[0, 0], [0.15, 0], [0, 0.19], [0.21, 0], [0.5, 0.5]];
  const before = one.points;
  one.begin([0, 0], "eraser");
  one.end();
  assert.deepEqual(one.points, [[0.21, 0], [0.5, 0.5]]);
  one.undo();
  assert.equal(one.points, before);
});

test("no more points are drawn than fit, and none outside of the extent", () => {
  const one = paper(50);
  one.begin([2, 3]);
  for (let k = 0; k < 40; k++) one.go([2 - 0.1 * k, 3]);
  assert.equal(one.points.length, 50);
  for (const [x, y] of one.points) assert.ok(x >= -2 && x <= 2 && y >= -1 && y <= 3);
});
