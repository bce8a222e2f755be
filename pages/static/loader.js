/** @import { Envelope, Numbers, Port } from "./messages.js" */

/**
 * @typedef {{ update: (message: Envelope, port: Port) => void, destroy: () => void }} Widget
 * @typedef {{ mount: (root: ShadowRoot) => Widget, style: string }} Module a component's code
 * @typedef {{ widget: Widget | null, data: Uint8Array | null, repeats: number, said: number }} Node
 * @typedef {{ dtype: string, shape: number[], at: number }} Place of an array after the header
 *
 * @typedef {object} Shelf what all components of the page share
 * @property {Map<string, Module | Promise<Module>>} modules by the hash of their code
 * @property {WeakMap<ShadowRoot, Node>} nodes
 * @property {number} left when the page was last left by a link; 0: nobody listens yet
 *
 * @typedef {object} Mounted what Streamlit calls a component with
 * @property {Uint8Array | null} data
 * @property {ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * Reads a message, keeps one instance of the component for each node, and its code for the page.
 */
const page = /** @type {{ __ganlabComponents?: Shelf }} */ (globalThis);
const shelf = (page.__ganlabComponents ??= { modules: new Map(), nodes: new WeakMap(), left: 0 });
if (!shelf.left) {
  // Who follows a link is on another page before this one is gone, and Streamlit goes back for what
  // it still says, and leaves the new page empty. So a component says nothing by itself meanwhile.
  shelf.left = -1e9;
  /** @param {any} one */
  const leads = (one) => one.localName === "a" && one.href && !one.hasAttribute("download");
  const leave = () => { shelf.left = performance.now(); };
  addEventListener("click", (event) => event.composedPath().some(leads) && leave(), true);
  addEventListener("popstate", leave, true);
}
const LEAVING = 3000; // ms
/** @type {Record<string, new (buffer: ArrayBuffer, at: number, count: number) => Numbers>} */
const TYPES = {
  f4: Float32Array, f8: Float64Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, u1: Uint8Array,
};

/** @param {Uint8Array} data @returns {Envelope} */
export function read(data) {
  const bytes = data.slice(); // its own buffer, so that typed arrays are aligned
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  for (const [name, place] of Object.entries(/** @type {Record<string, Place>} */ (message.arrays))) {
    const count = place.shape.reduce((a, b) => a * b, 1);
    message.arrays[name] = new TYPES[place.dtype](bytes.buffer, 4 + length + place.at, count);
    message.arrays[name].shape = place.shape;
  }
  return message;
}

/** @param {Mounted} component */
export default function (component) {
  const { data, parentElement: root, setStateValue, setTriggerValue } = component;
  if (!data) return undefined;
  const message = read(data);
  const { code } = message;
  const host = /** @type {HTMLElement | undefined} */ (root.host);
  let node = shelf.nodes.get(root);
  if (!node) shelf.nodes.set(root, (node = { widget: null, data: null, repeats: 0, said: -1e9 }));
  const fresh = node.data !== data; // a change of theme calls again with the same data
  node.data = data;
  if (!node.widget && host) host.style.minHeight = `${message.height}px`;
  if (message.source && !shelf.modules.has(code)) {
    const url = URL.createObjectURL(new Blob([message.source], { type: "text/javascript" }));
    shelf.modules.set(code, import(url).then((module) => {
      shelf.modules.set(code, module);
      URL.revokeObjectURL(url);
      return module;
    }));
  }
  const module = shelf.modules.get(code);
  /** @type {Port["answer"]} */
  const answer = (name, value) => setTimeout(() => {
    if (!root.isConnected) return;
    if (performance.now() - shelf.left < LEAVING) setTimeout(() => answer(name, value), LEAVING);
    else setStateValue(name, value);
  });
  /** @param {string} value */
  const say = (value) => {
    if (performance.now() - node.said < 2000) return;
    node.said = performance.now();
    answer("code", value);
  };
  if (!module) say(`missing ${Date.now()}`);
  else if (message.source && fresh && ++node.repeats >= 2) say(code);
  const port = { state: setStateValue, trigger: setTriggerValue, answer };
  /** @param {Module} loaded */
  const deliver = (loaded) => {
    if (!root.isConnected) return;
    if (!node.widget) {
      const style = document.createElement("style");
      style.textContent = loaded.style;
      root.append(style);
      node.widget = loaded.mount(root);
      if (host) host.style.minHeight = "";
    }
    node.widget.update(message, port);
  };
  if (module?.then) module.then(deliver);
  else if (module) deliver(module);
  // Streamlit may also clean up after a call that a newer one has overtaken: only a node that has
  // really left the page loses its instance.
  return () => setTimeout(() => {
    if (root.isConnected || !node.widget) return;
    node.widget.destroy();
    node.widget = null;
    shelf.nodes.delete(root);
  });
}
