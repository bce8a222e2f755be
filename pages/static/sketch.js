/** A black board to draw a digit on; each lifted stroke sends the whole drawing, one byte a pixel. */
import { element, View } from "./stage.js";
/** @import { Point } from "./messages.js" */

const SIDE = 112;
const PEN = 9;

/** @extends {View<unknown>} */
class Sketch extends View {
  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    this.canvas = element("canvas", { width: SIDE, height: SIDE, tabindex: "0", role: "img", "aria-label": "Draw a digit with mouse or finger" });
    this.clear = element("button", { type: "button", onclick: () => this.wipe() }, "Clear");
    this.section = element("section", { class: "sketch" }, this.canvas,
      element("div", { class: "row" }, this.clear, element("span", {}, "Draw one digit, large.")));
    root.append(this.section);
    this.ink = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    /** @type {Point | null} */
    this.last = null;
    this.ink.lineCap = this.ink.lineJoin = "round";
    /**
     * @template {keyof HTMLElementEventMap} K @param {K} name
     * @param {(event: HTMLElementEventMap[K]) => void} act
     */
    const on = (name, act) => this.canvas.addEventListener(name, act);
    on("pointerdown", (e) => { this.canvas.setPointerCapture(e.pointerId); this.last = this.place(e); this.stroke(e); });
    on("pointermove", (e) => { if (this.last) this.stroke(e); });
    on("pointerup", () => this.lift());
    on("pointercancel", () => this.lift());
  }

  /** @param {PointerEvent} event @returns {Point} */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  /** @param {PointerEvent} event */
  stroke(event) {
    const to = this.place(event);
    this.ink.strokeStyle = "#fff";
    this.ink.lineWidth = PEN;
    this.ink.beginPath();
    this.ink.moveTo(...(this.last ?? to));
    this.ink.lineTo(to[0] + 0.01, to[1]);
    this.ink.stroke();
    this.last = to;
  }

  lift() {
    if (!this.last) return;
    this.last = null;
    this.say();
  }

  wipe() {
    this.ink.clearRect(0, 0, SIDE, SIDE);
    this.port.state("drawing", "");
  }

  say() {
    const { data } = this.ink.getImageData(0, 0, SIDE, SIDE);
    let text = "";
    for (let p = 3; p < data.length; p += 4) text += String.fromCharCode(data[p]);
    this.port.state("drawing", btoa(text));
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new Sketch(root);
