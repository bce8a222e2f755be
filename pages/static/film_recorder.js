// A film drawn again onto one canvas at its own pace, and recorded by the browser: WebM, or MP4
// where that is what the browser writes.
import { element } from "./stage.js";

const KINDS = [
  "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm",
  "video/mp4;codecs=avc1.640028", "video/mp4;codecs=avc1.42E01E", "video/mp4",
];

/** What this browser records best, of that container if one is named. */
export const videoKind = (container = "") => globalThis.MediaRecorder
  && KINDS.find((kind) => kind.startsWith(`video/${container}`) && MediaRecorder.isTypeSupported(kind));

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * draw(index) paints frame `index` onto canvas; order lists the frames. Resolves to a Blob, or null if
 * `stopped()` came true on the way.
 * @param {HTMLCanvasElement} canvas @param {number[]} order @param {number} rate
 * @param {(index: number) => void} draw @param {() => boolean} stopped
 * @param {(share: number) => void} report @param {string} [kind]
 */
export async function record(canvas, order, rate, draw, stopped, report, kind = videoKind()) {
  draw(order[0]);
  const stream = canvas.captureStream(0);
  const [track] = /** @type {CanvasCaptureMediaStreamTrack[]} */ (stream.getVideoTracks());
  const recorder = new MediaRecorder(stream, { mimeType: kind, videoBitsPerSecond: 4e6 });
  /** @type {Blob[]} */
  const pieces = [];
  recorder.ondataavailable = (event) => { if (event.data.size) pieces.push(event.data); };
  const ended = new Promise((done) => { recorder.onstop = done; });
  recorder.start();
  const from = performance.now();
  for (let k = 0; k < order.length && !stopped(); k++) {
    draw(order[k]);
    track.requestFrame?.();
    report((k + 1) / order.length);
    await pause(Math.max(0, from + (1000 * (k + 1)) / rate - performance.now()));
  }
  if (recorder.state !== "inactive") recorder.stop();
  await ended;
  track.stop();
  return stopped() ? null : new Blob(pieces, { type: recorder.mimeType || kind });
}

/** @param {Blob} blob @param {string} name */
export function takeHome(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
