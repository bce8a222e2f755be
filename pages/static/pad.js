/** A plane through latent space as an atlas of pictures: dragging blends the four around the pointer. */
import { ARROWS, clamp, element, inkOf, toImage, View } from "./stage.js";
/** @import { PadMessage, Point, Port } from "./messages.js" */

/** @extends {View<PadMessage>} */
class Pad extends View {
  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    this.u = 0.5;
    this.v = 0.5;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.cross = element("div", { class: "cross" });
    this.map = element("div", { class: "map", role: "application", tabindex: "0" }, this.canvas, this.cross);
    this.large = element("canvas", { role: "img" });
    this.words = element("p", { "aria-live": "off" });
    this.hint = element("p");
    this.section = element("section", { class: "pad" }, this.map, element("div", { class: "view" }, this.large, this.words, this.hint));
    root.append(this.section);
    /**
     * @template {keyof HTMLElementEventMap} K @param {K} name
     * @param {(event: HTMLElementEventMap[K]) => void} act
     */
    const on = (name, act) => this.map.addEventListener(name, act);
    on("pointerdown", (e) => { this.map.setPointerCapture(e.pointerId); this.held = true; this.follow(e); });
    on("pointermove", (e) => { if (this.held) this.follow(e); });
    on("pointerup", () => { this.held = false; });
    on("pointercancel", () => { this.held = false; });
    on("keydown", (e) => this.keyed(e));
  }

  /** @param {PadMessage} message @param {Port} port */
  update(message, port) {
    const fresh = message.identity !== this.message?.identity;
    super.update(message, port);
    this.map.setAttribute("aria-label", `${message.label} Arrow keys move.`);
    this.hint.textContent = message.hint;
    if (fresh) this.paintMap();
    this.move(this.u, this.v);
  }

  paintMap() {
    const { side, arrays: { atlas } } = this.message;
    const [, , height, width] = atlas.shape;
    [this.canvas.width, this.canvas.height] = [side * width, side * height];
    const ink = inkOf(this.canvas);
    for (let k = 0; k < side * side; k++) {
      ink.putImageData(toImage(atlas, k), (k % side) * width, Math.floor(k / side) * height);
    }
    [this.large.width, this.large.height] = [width, height];
  }

  /** @param {PointerEvent} event */
  follow(event) {
    const box = this.map.getBoundingClientRect();
    this.move((event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height);
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const step = event.shiftKey ? 0.1 : 0.02;
    const by = ARROWS[event.key];
    if (!by) return;
    this.move(this.u + step * by[0], this.v + step * by[1]);
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} u @param {number} v */
  move(u, v) {
    this.u = clamp(u, 0, 1);
    this.v = clamp(v, 0, 1);
    this.cross.style.left = `${100 * this.u}%`;
    this.cross.style.top = `${100 * (1 - this.v)}%`;
    this.redraw();
  }

  /** The middle of a tile shows that tile; between middles the four nearest are blended. */
  draw() {
    const { side, arrays: { atlas }, axes } = this.message;
    const [, channels, height, width] = atlas.shape;
    const area = height * width;
    const x = clamp(this.u * side - 0.5, 0, side - 1);
    const y = clamp((1 - this.v) * side - 0.5, 0, side - 1);
    const [x0, y0] = [Math.min(Math.floor(x), side - 2), Math.min(Math.floor(y), side - 2)];
    const [a, b] = [x - x0, y - y0];
    const corners = [[0, 0, (1 - a) * (1 - b)], [1, 0, a * (1 - b)], [0, 1, (1 - a) * b], [1, 1, a * b]]
      .map(([i, j, share]) => [((y0 + j) * side + x0 + i) * channels * area, share]);
    const image = new ImageData(width, height);
    let total = 0;
    for (let p = 0; p < area; p++) {
      for (let c = 0; c < 3; c++) {
        const at = (channels === 1 ? 0 : c) * area + p;
        let value = 0;
        for (const [from, share] of corners) value += share * atlas[from + at];
        image.data[4 * p + c] = value;
        total += value;
      }
      image.data[4 * p + 3] = 255;
    }
    inkOf(this.large).putImageData(image, 0, 0);
    /** @param {Point} range @param {number} share */
    const place = ([low, high], share) => (low + (high - low) * share).toFixed(2).replace("-", "−");
    this.words.textContent = `${axes[0].name} ${place(axes[0].range, this.u)}, ${axes[1].name} ${place(axes[1].range, this.v)}`;
    this.section.dataset.at = `${this.u.toFixed(3)},${this.v.toFixed(3)}`;
    this.section.dataset.ink = String(Math.round(total));
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new Pad(root);
