import {
  clamp, element, fitCanvas, inkOf, reducedMotion, stepInWords, View,
} from "./stage.js";
/** @import { GridMessage, Port } from "./messages.js" */

/** @typedef {HTMLCanvasElement & { factor?: number, large?: HTMLCanvasElement }} Sprite */

const GAP = 2; // CSS pixels between tiles
const LENS = 168; // CSS pixels of an enlarged tile
const KEPT = 24; // decoded sprites at a time
const FRAME_EVERY = 120; // milliseconds between frames while the history plays

/** @extends {View<GridMessage>} */
class Grid extends View {
  /** @type {{ tile: number, tall: number, rows: number, cols: number }} */ box;

  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    /** @type {Map<string, Uint8Array<ArrayBuffer>>} Files by digest. */
    this.bytes = new Map();
    /** @type {Map<string, Sprite>} By digest, newest last. */
    this.decoded = new Map();
    /** @type {Sprite | null} The canvas in view. */
    this.shown = null;
    /** @type {Sprite | null} The one it fades from. */
    this.before = null;
    /** @type {number | null} Index of the enlarged tile. */
    this.chosen = null;
    /** @type {number | null} The step that the viewer has gone back to. */
    this.at = null;
    this.wanted = ""; // the digest of the sprite that should be in view
    this.timer = 0;
    this.since = 0;
    this.real = false;
    this.asked = { at: -1e9 };
    this.draws = 0;
    this.title = element("h4", { class: "title" });
    /** @param {string} label @param {boolean} real */
    const choice = (label, real) => element("button", {
      type: "button", "aria-pressed": String(!real), onclick: () => { this.real = real; this.dress(); this.show(); },
    }, label);
    this.buttons = [choice("Generated", false), choice("Real", true)];
    this.switch = element("div", { class: "switch", role: "group", "aria-label": "Pictures", hidden: "" }, ...this.buttons);
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.lensCanvas = element("canvas");
    this.lensText = element("span");
    this.lens = element("div", { class: "lens", hidden: "" }, this.lensCanvas, this.lensText);
    this.note = element("div", { class: "empty" });
    this.plot = element("div", { class: "plot", role: "img", tabindex: "0" }, this.canvas, this.note, this.lens);
    this.step = element("span", { class: "step" });
    this.caption = element("span");
    this.play = element("button", { type: "button", onclick: () => this.toggle() }, "Play");
    this.slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "History", oninput: () => this.scrub(Number(this.slider.value)) });
    this.stamp = element("output");
    this.live = element("button", { type: "button", class: "live", title: "Back to the newest pictures", onclick: () => { this.stop(); this.at = null; this.dress(); this.show(); } }, "Newest");
    this.time = element("div", { class: "time", hidden: "" }, this.play, this.slider, this.stamp, this.live);
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    this.section = element("section", { class: "grid" },
      element("div", { class: "head" }, this.title, this.switch), this.plot,
      element("div", { class: "caption" }, this.step, this.caption), this.time, this.spoken);
    root.append(this.section);
    /**
     * @template {keyof HTMLElementEventMap} K @param {K} name
     * @param {(event: HTMLElementEventMap[K]) => void} act
     */
    const on = (name, act) => this.plot.addEventListener(name, act);
    on("pointermove", (e) => { if (e.pointerType !== "touch") this.enlarge(this.tileAt(e)); });
    on("pointerleave", (e) => { if (e.pointerType !== "touch") this.enlarge(null); });
    on("click", (e) => this.tapped(this.tileAt(e), e.pointerType === "touch"));
    on("keydown", (e) => this.keyed(e));
    on("blur", () => this.enlarge(null));
    this.sizes.observe(this.plot);
  }

  destroy() {
    super.destroy();
    this.stop();
    this.bytes.clear();
    this.decoded.clear();
  }

  /** @param {GridMessage} message @param {Port} port */
  update(message, port) {
    if (message.run !== this.message?.run) {
      this.stop();
      this.at = null;
      this.real = false;
      this.shown = this.before = null;
      this.chosen = null;
      this.decoded.clear();
    }
    super.update(message, port);
    for (const [name, sprite] of Object.entries(message.arrays)) if (!this.bytes.has(name)) this.bytes.set(name, sprite);
    const wanted = new Set(message.frames.map(([, name]) => name));
    if (message.real) wanted.add(message.real);
    for (const store of [this.bytes, this.decoded]) for (const name of store.keys()) if (!wanted.has(name)) store.delete(name);
    const missing = [...wanted].filter((name) => !this.bytes.has(name));
    if (missing.length && performance.now() - this.asked.at > 900) {
      this.asked.at = performance.now();
      port.answer("ask", { run: message.run, missing: missing.slice(-400), n: Date.now() });
    }
    this.dress();
    this.show();
    this.redraw();
  }

  /** The frame in view: where the viewer went, else the newest whose sprite is here. */
  current() {
    const { frames } = this.message;
    if (this.at !== null) {
      let best = 0;
      for (const [i, [step]] of frames.entries()) if (step <= this.at) best = i;
      return best;
    }
    let i = frames.length - 1;
    while (i > 0 && !this.bytes.has(frames[i][1])) i--;
    return i;
  }

  dress() {
    const { message } = this;
    const count = message.frames.length;
    const i = this.current();
    this.title.textContent = message.title;
    this.section.style.maxWidth = `${message.max_width}px`;
    this.switch.hidden = !message.real;
    this.buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(this.real === Boolean(k))));
    this.plot.classList.toggle("pick", message.pick);
    const step = count ? message.frames[i][0] : NaN;
    this.step.textContent = this.real ? "real pictures" : count && step >= 0 ? `step ${stepInWords(step)}` : "";
    this.caption.textContent = message.caption;
    this.time.hidden = !message.scrub || count < 2;
    this.slider.max = String(Math.max(0, count - 1));
    this.slider.value = String(i);
    this.slider.setAttribute("aria-valuetext", count ? `step ${step}` : "none");
    this.stamp.textContent = count ? stepInWords(step) : "";
    this.live.hidden = this.at === null;
    this.play.textContent = this.timer ? "Pause" : "Play";
    this.note.hidden = count > 0 || this.real;
    this.note.textContent = message.empty;
    this.plot.setAttribute("aria-label", count
      ? `${message.title || "Pictures"}: ${message.rows} by ${message.cols}${step >= 0 ? ` at step ${step}` : ""}. Arrow keys enlarge a picture.`
      : message.empty);
    const set = this.section.dataset;
    set.run = message.run;
    set.step = count ? String(step) : "";
    set.frames = String(count);
  }

  /**
   * Brings the sprite that should be seen into view as soon as it is decoded; the one before stays.
   */
  async show() {
    const { frames, real } = this.message;
    const i = this.current();
    const name = this.real && real ? real : frames[i]?.[1];
    if (!name || name === this.wanted) return;
    const bytes = this.bytes.get(name);
    if (!bytes && !this.decoded.has(name)) return;
    this.wanted = name;
    let sprite = this.decoded.get(name);
    if (!sprite && bytes) {
      try {
        const bitmap = await createImageBitmap(new Blob([bytes]));
        sprite = document.createElement("canvas");
        [sprite.width, sprite.height] = [bitmap.width, bitmap.height];
        inkOf(sprite).drawImage(bitmap, 0, 0);
        bitmap.close();
      } catch {
        this.note.hidden = false;
        this.note.textContent = "These pictures cannot be read.";
        return;
      }
      this.decoded.set(name, sprite);
      for (const old of this.decoded.keys()) if (this.decoded.size > KEPT) this.decoded.delete(old);
    }
    if (!sprite || this.gone || this.wanted !== name) return;
    this.before = this.timer ? null : this.shown;
    this.shown = sprite;
    this.section.dataset.shown = name;
    this.since = performance.now();
    this.redraw();
  }

  /** @param {number} i */
  scrub(i) {
    this.stop();
    this.goTo(i);
  }

  /** @param {number} i */
  goTo(i) {
    const { frames } = this.message;
    this.at = i >= frames.length - 1 ? null : frames[i][0];
    this.real = false;
    this.dress();
    this.show();
  }

  toggle() {
    if (this.timer) this.stop();
    else {
      const last = this.message.frames.length - 1;
      let i = this.current();
      if (i >= last) i = -1;
      this.timer = setInterval(() => {
        i += 1;
        if (i >= this.message.frames.length - 1) this.stop();
        this.goTo(i);
      }, FRAME_EVERY);
    }
    this.dress();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    if (this.message) this.play.textContent = "Play";
  }

  /** @param {MouseEvent} event */
  tileAt(event) {
    if (!this.shown || !this.box) return null;
    const at = this.plot.getBoundingClientRect();
    const { tile, tall, rows, cols } = this.box;
    const [c, r] = [Math.floor((event.clientX - at.left) / (tile + GAP)), Math.floor((event.clientY - at.top) / (tall + GAP))];
    return c >= 0 && r >= 0 && c < cols && r < rows ? r * cols + c : null;
  }

  /** @param {number | null} index */
  enlarge(index, spoken = false) {
    if (index === this.chosen) return;
    this.chosen = index;
    if (spoken && index !== null) {
      const { cols } = this.message;
      this.spoken.textContent = `Picture ${index + 1}, row ${Math.floor(index / cols) + 1}, column ${(index % cols) + 1}${this.label(index)}`;
    }
    this.redraw();
  }

  /** @param {number} index */
  label(index) {
    const label = this.message.labels[index];
    return label ? ` · ${label}` : "";
  }

  /** @param {number | null} index @param {boolean} touch */
  tapped(index, touch) {
    if (index === null) return;
    if (touch) this.enlarge(this.chosen === index ? null : index);
    if (this.message.pick) this.port.trigger("pick", index);
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const { rows, cols } = this.message;
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -cols, ArrowDown: cols };
    if (event.key in moves && this.shown) {
      const to = this.chosen === null ? 0 : this.chosen + moves[event.key];
      if (to >= 0 && to < rows * cols) this.enlarge(to, true);
    } else if (event.key === "Escape") this.enlarge(null);
    else if ((event.key === "Enter" || event.key === " ") && this.chosen !== null) this.tapped(this.chosen, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} now */
  draw(now) {
    const { message, plot, canvas, shown } = this;
    if (!message || this.gone || !plot.clientWidth) return;
    const { rows, cols } = message;
    const tile = (plot.clientWidth - GAP * (cols - 1)) / cols;
    const tall = shown ? tile * ((shown.height / rows) / (shown.width / cols)) : tile;
    const height = rows * tall + GAP * (rows - 1);
    this.box = { tile, tall, rows, cols };
    if (Math.abs(parseFloat(canvas.style.height || "0") - height) > 0.5) canvas.style.height = `${height}px`;
    const { ratio } = fitCanvas(canvas, plot.clientWidth, height);
    const ink = inkOf(canvas);
    ink.clearRect(0, 0, plot.clientWidth, height);
    const { before } = this;
    const t = before && message.fade && !reducedMotion() ? clamp((now - this.since) / message.fade, 0, 1) : 1;
    if (!shown) {
      ink.fillStyle = this.theme.faint;
      for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) ink.fillRect(c * (tile + GAP), r * (tall + GAP), tile, tall);
    } else {
      if (t < 1 && before) this.tiles(ink, before, ratio);
      ink.globalAlpha = t;
      this.tiles(ink, shown, ratio);
      ink.globalAlpha = 1;
    }
    if (this.chosen !== null && shown) this.mark(ink, this.chosen);
    this.paintLens();
    this.draws += 1;
    this.section.dataset.draws = String(this.draws);
    if (t < 1) this.redraw();
    else this.before = null;
  }

  /**
   * Tiles keep square pixels at any size: enlarged by a whole factor first, then made to fit.
   * @param {CanvasRenderingContext2D} ink @param {Sprite} sprite @param {number} ratio
   */
  tiles(ink, sprite, ratio) {
    const { tile, tall, rows, cols } = this.box;
    const [w, h] = [sprite.width / cols, sprite.height / rows];
    const scale = (tile * ratio) / w;
    const factor = Math.max(1, Math.min(Math.ceil(scale), Math.floor(3072 / Math.max(sprite.width, sprite.height))));
    if (sprite.factor !== factor) {
      sprite.factor = factor;
      sprite.large = sprite;
      if (factor > 1) {
        sprite.large = element("canvas", { width: sprite.width * factor, height: sprite.height * factor });
        const large = inkOf(sprite.large);
        large.imageSmoothingEnabled = false;
        large.drawImage(sprite, 0, 0, sprite.large.width, sprite.large.height);
      }
    }
    const { large = sprite } = sprite;
    ink.imageSmoothingEnabled = Math.abs(scale - factor) > 1e-3;
    ink.imageSmoothingQuality = "high";
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++) {
        ink.drawImage(large, c * w * factor, r * h * factor, w * factor, h * factor, c * (tile + GAP), r * (tall + GAP), tile, tall);
      }
    }
  }

  /** @param {CanvasRenderingContext2D} ink @param {number} chosen */
  mark(ink, chosen) {
    const { tile, tall, cols } = this.box;
    const [c, r] = [chosen % cols, Math.floor(chosen / cols)];
    ink.strokeStyle = this.theme.accent;
    ink.lineWidth = 2;
    ink.strokeRect(c * (tile + GAP) + 1, r * (tall + GAP) + 1, tile - 2, tall - 2);
  }

  paintLens() {
    const { shown, chosen, lens, lensCanvas } = this;
    lens.hidden = chosen === null || !shown;
    if (chosen === null || !shown) return;
    const { tile, tall, cols, rows } = this.box;
    const [w, h] = [shown.width / cols, shown.height / rows];
    const [c, r] = [chosen % cols, Math.floor(chosen / cols)];
    const factor = Math.max(1, Math.round(LENS / w));
    [lensCanvas.width, lensCanvas.height] = [w * factor, h * factor];
    const ink = inkOf(lensCanvas);
    ink.imageSmoothingEnabled = false;
    ink.drawImage(shown, c * w, r * h, w, h, 0, 0, w * factor, h * factor);
    this.lensText.textContent = `#${chosen + 1}${this.label(chosen)}`;
    const [lw, lh] = [lens.offsetWidth, lens.offsetHeight];
    const x = c * (tile + GAP) + tile + 8;
    const left = x + lw > this.plot.clientWidth ? Math.max(0, c * (tile + GAP) - lw - 8) : x;
    const top = clamp(r * (tall + GAP) + tall / 2 - lh / 2, 0, Math.max(0, rows * (tall + GAP) - lh));
    lens.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new Grid(root);
