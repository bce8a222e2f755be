// Numbers in words, ticks and colours, against sums worked out in another way.
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clamp, contrast, inWords, legible, logTicks, mix, niceTicks, percentInWords, rgb, stepInWords, toldApart,
} from "../../pages/static/stage.js";

test("numbers are written as a reader says them", () => {
  const cases = [
    [0, "0"], [1.38629, "1.386"], [-0.5, "−0.5"], [1234, "1234"], [12_400, "12.4k"], [1_000_000, "1M"],
    [2.5e9, "2.5G"], [7e12, "7T"], [0.00012, "1.2·10⁻⁴"], [1e-12, "10⁻¹²"], [NaN, "not a number"],
    [Infinity, "∞"], [-Infinity, "−∞"],
  ];
  for (const [value, text] of cases) assert.equal(inWords(value), text);
  assert.equal(percentInWords(0.125), "12.5 %");
  assert.equal(percentInWords(NaN), "not a number");
});

test("steps have their thousands parted as the platform parts them", () => {
  for (const step of [0, 999, 1000, 12_400, 123_456_789]) {
    assert.equal(stepInWords(step), step.toLocaleString("en-US"));
  }
});

for (const [low, high, wanted] of [[0, 1, 5], [-3.2, 17, 4], [1e-5, 3e-5, 6], [9998, 10_002, 8]]) {
  test(`ticks from ${low} to ${high} are round, even and about as many as wanted`, () => {
    const ticks = niceTicks(low, high, wanted);
    const step = ticks[1] - ticks[0];
    for (let i = 1; i < ticks.length; i++) assert.ok(Math.abs(ticks[i] - ticks[i - 1] - step) < 1e-9 * step + 1e-15 * high);
    const leading = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
    assert.ok([1, 2, 2.5, 5].some((round) => Math.abs(leading - round) < 1e-6), `${leading}`);
    assert.ok(ticks[0] >= low - 1e-6 * step && ticks.at(-1) <= high + 1e-6 * step);
    assert.ok(ticks.length >= wanted / 3 && ticks.length <= 1.5 * wanted + 1);
  });
}

test("whole ticks are whole, and an axis without length has one tick", () => {
  for (const tick of niceTicks(0, 3, 20, true)) assert.ok(Number.isInteger(tick));
  for (const tick of niceTicks(0, 12, 5, true)) assert.ok(Number.isInteger(tick));
  assert.deepEqual(niceTicks(0.2, 2.3, 300, true), [1, 2]);
  assert.deepEqual(niceTicks(4, 4, 5), [4]);
});

test("ticks of a logarithmic axis stand at round numbers", () => {
  const cases = [
    [1e-4, 10, [1e-4, 1e-3, 1e-2, 0.1, 1, 10]], [0.15, 3, [0.2, 0.5, 1, 2]], [3.9, 6.9, [4, 5, 6]],
  ];
  for (const [low, high, values] of cases) {
    const ticks = logTicks(Math.log10(low), Math.log10(high), 6).map((t) => 10 ** t);
    assert.equal(ticks.length, values.length);
    values.forEach((value, i) => assert.ok(Math.abs(ticks[i] / value - 1) < 1e-9));
  }
});

test("ticks have as many digits as it takes to tell them apart", () => {
  assert.deepEqual(toldApart([1.234, 5.678], inWords), ["1.23", "5.68"]);
  assert.deepEqual(toldApart([31.4, 31.45, 31.5], inWords), ["31.4", "31.45", "31.5"]);
  assert.deepEqual(toldApart([0.001, 0.01], inWords), ["0.001", "0.01"]);
  assert.deepEqual(toldApart([12_300, 12_350], inWords), ["12.3k", "12.35k"]);
});

test("colours are read in every way that a style sheet writes them", () => {
  for (const text of [" #Ff8800", "#f80", "rgb(255, 136, 0)", "rgba(255 136 0 / 0.5)"]) {
    assert.deepEqual(rgb(text), [255, 136, 0]);
  }
  assert.equal(mix("#000000", "#ffffff", 0.25), "rgb(64,64,64)");
  assert.equal(mix("#102030", "#102030", 0.7), "rgb(16,32,48)");
});

test("contrast is that of WCAG 2 for known pairs", () => {
  assert.ok(Math.abs(contrast("#000000", "#ffffff") - 21) < 1e-9);
  assert.ok(Math.abs(contrast("#777777", "#ffffff") - 4.478) < 1e-3);
  assert.equal(contrast("#0072B2", "#ffffff"), contrast("#ffffff", "#0072B2"));
});

test("colours are made legible on any page", () => {
  for (const [paper, ink] of [["#ffffff", "#1d1b26"], ["#14121c", "#eceaf4"]]) {
    for (const colour of ["#0072B2", "#E69F00", "#56B4E9", "#7A7A7A", "#14121c", "#ffffff"]) {
      assert.ok(contrast(legible(colour, { paper, ink }), paper) >= 3);
    }
  }
  assert.equal(legible("#0072B2", { paper: "#ffffff", ink: "#1d1b26" }), "#0072B2");
});

test("clamping keeps what lies between and moves what does not to the nearest end", () => {
  for (let x = -3; x <= 3; x += 0.5) assert.equal(clamp(x, -1, 2), [-1, x, 2].sort((a, b) => a - b)[1]);
});
