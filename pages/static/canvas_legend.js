/** The layers of a canvas, to be switched, and what the colours of D's landscape say. */
import { element, legible } from "./stage.js";
/** @import { Clock } from "./canvas_timeline.js" */
/** @import { Colours, Layer } from "./messages.js" */
/** @import { Theme } from "./stage.js" */

/** @type {Layer[]} */
export const LAYERS = ["real", "fake", "landscape", "manifold", "arrows"];
/** @type {Record<Layer, string>} */
export const NAMES = {
  real: "Real points", fake: "Fake points", landscape: "D's landscape", manifold: "G's manifold", arrows: "Arrows −∇L_G",
};

/** @param {Layer} layer @param {Colours} colours */
function symbol(layer, colours) {
  const shapes = {
    real: `<circle cx="9" cy="7" r="4" fill="${colours.real}"/>`,
    fake: `<path d="M9 1.5 14.5 7 9 12.5 3.5 7Z" fill="${colours.fake}"/>`,
    landscape: `<rect x="1" y="2" width="8" height="10" fill="${colours.fake}" opacity=".45"/><rect x="9" y="2" width="8" height="10" fill="${colours.real}" opacity=".45"/><path d="M9 1v12" stroke="currentColor" stroke-width="1.6"/>`,
    manifold: `<path d="M2 3.5Q9 0 16 4M2 8Q9 4.500 16 8M2 12Q9 9 16 12M3 3Q1.500 8 3 12.500M9 2Q8 7 9 10.500M15 3.500Q16.500 8 15 12" fill="none" stroke="${colours.G}" stroke-width="1.3"/>`,
    arrows: `<path d="M3 11 14 3M14 3 9.200 4M14 3 12 7.500" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/>`,
  };
  const holder = document.createElement("span");
  holder.className = "symbol";
  holder.innerHTML = `<svg width="18" height="14" viewBox="0 0 18 14" aria-hidden="true">${shapes[layer]}</svg>`;
  return holder;
}

/** @param {Layer} layer */
function label(layer) {
  const [name, below] = NAMES[layer].split("_");
  return element("span", {}, name, ...(below ? [element("sub", {}, below)] : []));
}

/**
 * The colours of a message, made legible on the page's paper.
 * @param {{ light: Colours, dark: Colours }} message @param {Theme} theme @returns {Colours}
 */
export function legibleColours(message, theme) {
  const palette = theme.dark ? message.dark : message.light;
  return Object.fromEntries(Object.entries(palette).map(([name, colour]) => [name, legible(colour, theme)]));
}

/** All canvases of a clock show the same layers, whichever of them has the legend. */
export class Legend {
  /** @param {() => Clock} clock */
  constructor(clock) {
    this.clock = clock;
    this.shape = "";
    this.layers = element("div", { class: "legend", role: "group", "aria-label": "Layers: press to hide or show" });
    this.bar = element("i");
    this.scale = element("span", { class: "scale" }, element("span", {}, "looks fake"), this.bar, element("span", {}, "looks real"));
    this.asButton = element("button", { type: "button", class: "as", onclick: () => { this.clock().as = this.clock().as === "score" ? "probability" : "score"; this.switched(); } });
    this.key = element("span", { class: "key" }, this.scale, this.asButton);
  }

  switched() {
    for (const member of this.clock().members) {
      member.painted = null;
      member.refresh();
    }
  }

  /**
   * Offers these layers; none of them: there is no legend.
   * @param {Layer[]} layers @param {Colours} colours @param {Theme} theme
   */
  show(layers, colours, theme) {
    const { on, as } = this.clock();
    if (!on) return;
    this.layers.hidden = !layers.length;
    this.key.hidden = !(layers.includes("landscape") && on.has("landscape"));
    this.asButton.textContent = as === "score" ? "raw score" : "probability σ(D)";
    this.asButton.title = as === "score" ? "Show the probability instead" : "Show the raw score instead";
    this.bar.style.background = `linear-gradient(90deg, color-mix(in srgb, ${colours.fake} 55%, ${theme.paper}), ${theme.paper}, color-mix(in srgb, ${colours.real} 55%, ${theme.paper}))`;
    const shape = JSON.stringify([layers, colours, [...on].sort()]);
    if (shape === this.shape) return;
    this.shape = shape;
    const root = /** @type {ShadowRoot} */ (this.layers.getRootNode());
    const focused = root.activeElement?.getAttribute("data-layer");
    this.layers.replaceChildren(...layers.map((layer) => element("button", {
      type: "button", "data-layer": layer, "aria-pressed": String(on.has(layer)),
      onclick: () => {
        if (!on.delete(layer)) on.add(layer);
        this.switched();
      },
    }, symbol(layer, colours), label(layer))));
    for (const one of this.layers.children) if (one instanceof HTMLElement && one.dataset.layer === focused) one.focus();
  }
}
