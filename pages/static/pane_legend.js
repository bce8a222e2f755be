/** One legend for all canvases of a clock, in a row of its own. */
import { LAYERS, Legend, legibleColours } from "./canvas_legend.js";
import { joinClock, leaveClock } from "./canvas_timeline.js";
import { element, View } from "./stage.js";
/** @import { Clock } from "./canvas_timeline.js" */
/** @import { Colours, LegendMessage, Port } from "./messages.js" */

/** @extends {View<LegendMessage>} */
class PaneLegend extends View {
  /** @type {Clock} */ clock;
  /** @type {Colours} */ colours;

  /** @param {ShadowRoot} root */
  constructor(root) {
    super();
    this.legend = new Legend(() => this.clock);
    this.section = element("section", { class: "panes" }, this.legend.layers, this.legend.key);
    root.append(this.section);
  }

  destroy() {
    super.destroy();
    leaveClock(this.clock, this);
  }

  /** @param {LegendMessage} message @param {Port} port */
  update(message, port) {
    if (!this.clock) this.clock = joinClock(message.clock, this);
    super.update(message, port);
    this.colours = legibleColours(message, this.theme);
    this.refresh();
  }

  /** What the members of a clock are asked for. */
  leap() {}

  redraw() { this.refresh(); }

  refresh() {
    const { on, members } = this.clock;
    if (!on) return; // no canvas has come yet
    const layers = LAYERS.filter((layer) => [...members].some((member) => member.available?.(layer)));
    this.legend.show(layers, this.colours, this.theme);
    this.section.dataset.layers = layers.filter((layer) => on.has(layer)).join(" ");
  }
}

/** @param {ShadowRoot} root */
export const mount = (root) => new PaneLegend(root);
