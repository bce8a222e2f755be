/**
 * The training as a film to take home: the server draws the frames and makes the GIF, the browser
 * records the videos from the same frames.
 */
import { record, takeHome, videoKind } from "./film_recorder.js";
import { element, inkOf, View } from "./stage.js";
/** @import { FilmOrder, Port, TakerMessage } from "./messages.js" */

/** @type {Record<string, string>} */
const ENDINGS = { gif: "GIF", webm: "WebM", mp4: "MP4" };

/** @extends {View<TakerMessage>} */
class Taker extends View {
  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    /** @type {{ kind: string, n: number } | null} What the server was asked for. */
    this.asked = null;
    this.done = 0; // the number of the newest order that was carried out
    this.buttons = Object.entries(ENDINGS).map(([kind, words]) => element("button", {
      type: "button", "data-kind": kind, onclick: () => this.click(kind),
    }, words));
    for (const button of this.buttons.slice(1)) button.hidden = !videoKind(button.dataset.kind);
    this.caption = element("input", { type: "checkbox" });
    this.status = element("output", { "aria-live": "polite" });
    this.title = element("h4", {}, "Film of the training");
    this.section = element("section", { class: "taker" }, this.title, ...this.buttons,
      element("label", { title: "The step, and the epoch where there is one, below each frame" }, this.caption, "Step below"),
      this.status);
    root.append(this.section);
    this.say(this.lacking());
  }

  /** One sentence on what this browser cannot record; "" where it can do both. */
  lacking() {
    const [webm, mp4] = [videoKind("webm"), videoKind("mp4")];
    if (webm && !mp4) return "This browser records no MP4: take WebM.";
    if (mp4 && !webm) return "This browser records no WebM: take MP4.";
    return webm ? "" : "This browser records no video: take the GIF.";
  }

  /** @param {TakerMessage} message @param {Port} port */
  update(message, port) {
    super.update(message, port);
    const { order } = message;
    if (!order || order.n <= this.done) return;
    this.done = order.n;
    port.answer("done", order.n); // the server need not send it again
    if (order.n !== this.asked?.n) return; // given up meanwhile
    if (order.error) this.end(order.error);
    else this.make(order).catch((wrong) => this.end(`The film could not be made: ${wrong.message}.`));
  }

  /** @param {string} kind */
  click(kind) {
    if (this.asked) { // a second click gives up
      this.end(this.lacking());
      return;
    }
    this.asked = { kind, n: Date.now() };
    this.say("Drawing the frames …");
    this.dress();
    this.port.trigger("take", { kind, n: this.asked.n, caption: this.caption.checked, dark: this.theme.dark });
  }

  /** @param {FilmOrder} order */
  async make(order) {
    const { asked: own } = this;
    if (!own) return;
    const stopped = () => this.gone || this.asked !== own;
    const { arrays, file } = this.message;
    const name = `${file}.${own.kind}`;
    if (own.kind === "gif") {
      takeHome(new Blob([arrays.gif], { type: "image/gif" }), name);
    } else {
      const { frames: count = 0, rate = 1, hold = 0 } = order;
      /** @type {ImageBitmap[]} */
      const frames = [];
      for (let k = 0; k < count; k++) frames.push(await createImageBitmap(new Blob([arrays[`f${k}`]])));
      // Halved colour wants even sides.
      /** @param {number} n */
      const even = (n) => n + (n % 2);
      const canvas = element("canvas", { width: even(frames[0].width), height: even(frames[0].height) });
      const ink = inkOf(canvas);
      const rest = Array(Math.round(hold * rate)).fill(count - 1);
      const blob = await record(canvas, [...frames.keys(), ...rest], rate,
        (index) => ink.drawImage(frames[index], 0, 0), stopped,
        (share) => { if (!stopped()) this.say(`Recording ${Math.round(100 * share)} %`); }, videoKind(own.kind));
      frames.forEach((frame) => frame.close());
      if (!blob) return;
      takeHome(blob, name);
    }
    if (!stopped()) this.end(`${order.frames} frames in ${name}`);
  }

  /** @param {string} words */
  end(words) {
    this.asked = null;
    this.say(words);
    this.dress();
  }

  /** @param {string} words */
  say(words) { this.status.textContent = words; }

  dress() {
    for (const button of this.buttons) {
      const own = this.asked?.kind === button.dataset.kind;
      button.textContent = own ? "Cancel" : ENDINGS[button.dataset.kind ?? ""];
      button.disabled = Boolean(this.asked) && !own;
    }
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new Taker(root);
