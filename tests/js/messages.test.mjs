// The message of Python, read byte by byte as payload.py lays it out.
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.addEventListener ??= () => {}; // the loader listens on the page
const { read } = await import("../../pages/static/loader.js");

function packed(header, bytes, start = 0) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil((text.length + 4) / 8) * 8 - 4;
  const whole = new Uint8Array(start + 4 + length + bytes.length).fill(32);
  new DataView(whole.buffer).setUint32(start, length, true);
  whole.set(text, start + 4);
  whole.set(bytes, start + 4 + length);
  return whole.subarray(start);
}

test("typed arrays come with their shape, wherever the message lies in memory", () => {
  const values = new Uint8Array(24);
  const view = new DataView(values.buffer);
  [1.5, -2.25].forEach((v, i) => view.setFloat32(4 * i, v, true));
  view.setInt16(8, -7, true);
  view.setFloat64(16, Math.PI, true);
  const arrays = { a: { dtype: "f4", shape: [2, 1], at: 0 }, b: { dtype: "i2", shape: [1], at: 8 }, c: { dtype: "f8", shape: [1], at: 16 } };
  for (const start of [0, 3]) {
    const message = read(packed({ run: "é", arrays }, values, start));
    assert.equal(message.run, "é");
    assert.deepEqual([...message.arrays.a, ...message.arrays.b, ...message.arrays.c], [1.5, -2.25, -7, Math.PI]);
    assert.deepEqual(message.arrays.a.shape, [2, 1]);
  }
});
