// Reads a message, keeps one instance of the component for each node, and its code for the page.
const shelf = (globalThis.__ganlabComponents ??= { modules: new Map(), nodes: new WeakMap(), left: null });
if (shelf.left === null) {
  // Who follows a link is on another page before this one is gone, and Streamlit goes back for what
  // it still says, and leaves the new page empty. So a component says nothing by itself meanwhile.
  shelf.left = -1e9;
  const leads = (one) => one.localName === "a" && one.href && !one.hasAttribute("download");
  const leave = () => { shelf.left = performance.now(); };
  addEventListener("click", (event) => event.composedPath().some(leads) && leave(), true);
  addEventListener("popstate", leave, true);
}
const LEAVING = 3000; // ms
const TYPES = {
  f4: Float32Array, f8: Float64Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, u1: Uint8Array,
};

function read(data) {
  const bytes = data.slice(); // its own buffer, so that typed arrays are aligned
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  for (const [name, place] of Object.entries(message.arrays)) {
    const count = place.shape.reduce((a, b) => a * b, 1);
    message.arrays[name] = new TYPES[place.dtype](bytes.buffer, 4 + length + place.at, count);
    message.arrays[name].shape = place.shape;
  }
  return message;
}

export default function (component) {
  const { data, parentElement: root, setStateValue, setTriggerValue } = component;
  if (!data) return undefined;
  const message = read(data);
  const { code } = message;
  let node = shelf.nodes.get(root);
  if (!node) shelf.nodes.set(root, (node = { widget: null, data: null, repeats: 0, said: -1e9 }));
  const fresh = node.data !== data; // a change of theme calls again with the same data
  node.data = data;
  if (!node.widget && root.host) root.host.style.minHeight = `${message.height}px`;
  if (message.source && !shelf.modules.has(code)) {
    const url = URL.createObjectURL(new Blob([message.source], { type: "text/javascript" }));
    shelf.modules.set(code, import(url).then((module) => {
      shelf.modules.set(code, module);
      URL.revokeObjectURL(url);
      return module;
    }));
  }
  const module = shelf.modules.get(code);
  const answer = (name, value) => setTimeout(() => {
    if (!root.isConnected) return;
    if (performance.now() - shelf.left < LEAVING) setTimeout(() => answer(name, value), LEAVING);
    else setStateValue(name, value);
  });
  const say = (value) => {
    if (performance.now() - node.said < 2000) return;
    node.said = performance.now();
    answer("code", value);
  };
  if (!module) say(`missing ${Date.now()}`);
  else if (message.source && fresh && ++node.repeats >= 2) say(code);
  const port = { state: setStateValue, trigger: setTriggerValue, answer };
  const deliver = (loaded) => {
    if (!root.isConnected) return;
    if (!node.widget) {
      const style = document.createElement("style");
      style.textContent = loaded.style;
      root.append(style);
      node.widget = loaded.mount(root);
      if (root.host) root.host.style.minHeight = "";
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
