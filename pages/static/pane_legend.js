// One legend for all canvases of a clock, in a row of its own.
import { LAYERS, Legend, legibleColours } from "./canvas_legend.js";
import { joinClock, leaveClock } from "./canvas_timeline.js";
import { element, readTheme } from "./stage.js";

class PaneLegend {
  constructor(root) {
    this.legend = new Legend(() => this.clock);
    this.section = element("section", { class: "panes" }, this.legend.layers, this.legend.key);
    root.append(this.section);
  }

  destroy() { leaveClock(this.clock, this); }

  update(message) {
    if (!this.clock) this.clock = joinClock(message.clock, this);
    this.theme = readTheme(this.section);
    this.colours = legibleColours(message, this.theme);
    this.refresh();
  }

  // What the members of a clock are asked for.
  leap() {}

  redraw() { this.refresh(); }

  refresh() {
    if (!this.clock.on) return; // no canvas has come yet
    const others = [...this.clock.members].filter((member) => member.available);
    const layers = LAYERS.filter((layer) => others.some((member) => member.available(layer)));
    this.legend.show(layers, this.colours, this.theme);
    this.section.dataset.layers = layers.filter((layer) => this.clock.on.has(layer)).join(" ");
  }
}

export const mount = (root) => new PaneLegend(root);
