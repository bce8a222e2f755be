const DASHES = { solid: [], dash: [7, 4], dot: [1.5, 3.5], dashdot: [9, 3, 1.5, 3] };
const SMOOTHING = 0.97; // each row keeps this much of the ones before it
const SPOKEN_EVERY = 15000;

// All rows of one run in ascending steps, in arrays that double when they are full.
class Rows {
  constructor(names) {
    this.names = names;
    this.clear();
  }

  clear() {
    this.count = 0;
    this.version = (this.version || 0) + 1;
    this.step = new Float64Array(512);
    this.values = new Map(this.names.map((name) => [name, new Float32Array(512)]));
    this.soft = new Map();
  }

  get first() { return this.step[0]; }

  get last() { return this.count ? this.step[this.count - 1] : -Infinity; }

  // The first row whose step is at least x.
  at(x) {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.step[middle] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  nearest(x) {
    const i = this.at(x);
    if (i === 0) return 0;
    if (i === this.count) return this.count - 1;
    return x - this.step[i - 1] < this.step[i] - x ? i - 1 : i;
  }

  // Keeps the rows up to `since` and puts the new ones after them.
  replaceAfter(since, step, columns) {
    const keep = since === null ? 0 : this.at(since + 1e-9);
    const wanted = keep + step.length;
    if (wanted > this.step.length) {
      const size = 2 ** Math.ceil(Math.log2(wanted + 1));
      const grow = (old, Type) => {
        const grown = new Type(size);
        grown.set(old.subarray(0, keep));
        return grown;
      };
      this.step = grow(this.step, Float64Array);
      for (const name of this.names) this.values.set(name, grow(this.values.get(name), Float32Array));
    }
    this.step.set(step, keep);
    for (const name of this.names) this.values.get(name).set(columns[name], keep);
    for (const soft of this.soft.values()) soft.done = Math.min(soft.done, keep);
    this.count = wanted;
    this.version++;
  }

  // The exponential moving average, free of the bias of its beginning; extended as rows come.
  smoothed(name) {
    let soft = this.soft.get(name);
    if (!soft || soft.mean.length < this.step.length) {
      soft = { done: 0, mean: new Float32Array(this.step.length), sum: new Float64Array(this.step.length), weight: new Float64Array(this.step.length) };
      this.soft.set(name, soft);
    }
    const values = this.values.get(name);
    let [sum, weight] = soft.done ? [soft.sum[soft.done - 1], soft.weight[soft.done - 1]] : [0, 0];
    for (let i = soft.done; i < this.count; i++) {
      const v = values[i];
      if (Number.isFinite(v)) {
        sum = SMOOTHING * sum + v;
        weight = SMOOTHING * weight + 1;
      }
      soft.sum[i] = sum;
      soft.weight[i] = weight;
      soft.mean[i] = Number.isFinite(v) ? sum / weight : NaN;
    }
    soft.done = this.count;
    return soft.mean;
  }
}

// The curve as at most four points for each pixel column: first, lowest, highest, last.
// x = step * scale + shift. Breaks are NaN; holes are where values were not finite. `mean` is the
// average of every four columns, `sample` some of the values as they are, for the choice of the axis.
function thin(step, values, from, to, scale, shift, log, sparse) {
  const [xs, ys, holes, sample] = [[], [], [], []];
  const mean = { xs: [], ys: [] };
  let [bin, sum, count] = [NaN, 0, 0];
  const average = () => {
    if (count) { mean.xs.push((bin + 0.5) * 4); mean.ys.push(sum / count); }
    [sum, count] = [0, 0];
  };
  const stride = Math.max(1, Math.floor((to - from) / 2000));
  const push = (x, y) => { xs.push(x); ys.push(y); };
  let [column, first, last, low, high, lowAt, highAt, open] = [NaN, 0, 0, 0, 0, 0, 0, false];
  let [firstX, lastX] = [0, 0];
  const flush = () => {
    if (!open) return;
    open = false;
    push(firstX, first);
    if (lowAt === highAt) { if (low !== first || low !== last) push(lowAt, low); } else if (lowAt < highAt) {
      push(lowAt, low); push(highAt, high);
    } else { push(highAt, high); push(lowAt, low); }
    if (lastX !== firstX) push(lastX, last);
  };
  for (let i = from; i < to; i++) {
    const x = step[i] * scale + shift;
    let v = values[i];
    if (log) v = v > 0 ? Math.log10(v) : NaN;
    if (!Number.isFinite(v)) {
      if (sparse) continue;
      flush();
      average();
      if (mean.ys.length) { mean.xs.push(x); mean.ys.push(NaN); }
      if (ys.length && !Number.isNaN(ys[ys.length - 1])) push(x, NaN);
      if (!holes.length || x - holes[holes.length - 1] >= 6) holes.push(x);
      column = NaN;
      continue;
    }
    const here = Math.floor(x);
    const there = Math.floor(x / 4);
    if (there !== bin) { average(); bin = there; }
    sum += v;
    count += 1;
    if (i % stride === 0 || to - i < 24) sample.push(v);
    if (open && here === column) {
      last = v; lastX = x;
      if (v < low) { low = v; lowAt = x; }
      if (v > high) { high = v; highAt = x; }
    } else {
      flush();
      open = true;
      column = here;
      first = last = low = high = v;
      firstX = lastX = lowAt = highAt = x;
    }
  }
  flush();
  average();
  return { xs, ys, holes, mean, sample };
}

// Where the axis should reach: single spikes may leave it, whatever stays does not.
function reach(curves, lines) {
  const all = [];
  let [low, high] = [Infinity, -Infinity];
  const tails = [];
  for (const { ys, sample } of curves) {
    for (const y of ys) {
      if (y < low) low = y;
      if (y > high) high = y;
    }
    all.push(...sample);
    const tail = sample.slice(-24).sort((a, b) => a - b);
    if (tail.length > 8) tails.push(tail[4], tail[tail.length - 5]);
  }
  if (!all.length) return lines.length ? widen(Math.min(...lines, 0), Math.max(...lines)) : [0, 1];
  if (all.length > 60) {
    const sorted = Float64Array.from(all).sort();
    const quantile = (q) => sorted[Math.round(q * (sorted.length - 1))];
    const [q0, q1] = [Math.min(quantile(0.01), ...tails), Math.max(quantile(0.99), ...tails)];
    const span = q1 - q0 || Math.abs(q1) || 1;
    if (high > q1 + span) high = q1 + 0.35 * span;
    if (low < q0 - span) low = q0 - 0.35 * span;
  }
  const span = high - low || Math.abs(high) || 1;
  for (const line of lines) {
    if (line > low - 1.5 * span && line < high + 1.5 * span) {
      low = Math.min(low, line);
      high = Math.max(high, line);
    }
  }
  return widen(low, high);
}

function widen(low, high) {
  const span = high - low || Math.abs(high) * 0.2 || 1;
  const bottom = low >= 0 && low - 0.07 * span < 0 ? Math.min(0, low) - 0.015 * span : low - 0.07 * span;
  return [bottom, high + 0.09 * span];
}

// A mark for each dash, so that curves too noisy for dashes are still told apart without colour.
const MARKS = {
  solid: (r) => [...Array(16)].map((_, i) => [r * Math.cos(i * Math.PI / 8), r * Math.sin(i * Math.PI / 8)]),
  dash: (r) => [[-r, -r], [r, -r], [r, r], [-r, r]].map(([x, y]) => [x * 0.9, y * 0.9]),
  dot: (r) => [[0, -1.2 * r], [1.15 * r, 0.85 * r], [-1.15 * r, 0.85 * r]],
  dashdot: (r) => [[0, -1.3 * r], [1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0]],
};

function mark(ink, dash, x, y, r) {
  ink.beginPath();
  MARKS[dash](r).forEach(([dx, dy], i) => (i ? ink.lineTo(x + dx, y + dy) : ink.moveTo(x + dx, y + dy)));
  ink.closePath();
}

function swatch(colour, dash) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("width", "28");
  svg.setAttribute("height", "10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "line");
  for (const [name, value] of Object.entries({
    x1: 0.5, x2: 27.5, y1: 5, y2: 5, stroke: colour, "stroke-width": 2.25, "stroke-linecap": dash === "solid" ? "round" : "butt",
    "stroke-dasharray": DASHES[dash].join(" ") || "none",
  })) line.setAttribute(name, value);
  const shape = document.createElementNS(space, "polygon");
  shape.setAttribute("points", MARKS[dash](3.2).map(([x, y]) => `${(14 + x).toFixed(1)},${(5 + y).toFixed(1)}`).join(" "));
  shape.setAttribute("fill", colour);
  svg.append(line, shape);
  return svg;
}

class Chart {
  constructor(root) {
    this.root = root;
    this.rows = new Rows([]);
    this.hidden = new Set();
    this.view = null; // [from, to] in steps, or the whole run
    this.follow = false;
    this.axis = null; // the y range as drawn, on its way to this.target
    this.target = [0, 1];
    this.cross = null; // the step under the crosshair
    this.drag = null;
    this.touches = new Map();
    this.asked = { n: 0, at: -1e9, since: 0 };
    this.spokenAt = 0;
    this.curves = null;
    this.draws = 0;
    this.build();
    this.sizes = new ResizeObserver(() => this.redraw(true));
    this.sizes.observe(this.plot);
  }

  build() {
    const tool = (label, title, act) => element("button", { type: "button", title, onclick: act }, label);
    this.title = element("h4", { class: "title" });
    this.tools = {
      reset: tool("Reset zoom", "Show the whole run (0 or double-click)", () => this.reset()),
      follow: tool("Follow", "Keep the newest steps in view (F)", () => this.toggleFollow()),
      smooth: tool("Smooth", "Moving average over the raw curve (S)", () => this.toggle("smooth")),
      log: tool("Log", "Logarithmic axis (L)", () => this.toggle("log")),
    };
    this.legend = element("div", { class: "legend", role: "group", "aria-label": "Curves: press to hide or show" });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.tip = element("div", { class: "tip", hidden: "" });
    this.note = element("div", { class: "empty" });
    this.plot = element("div", { class: "plot", role: "img", tabindex: "0" }, this.canvas, this.note, this.tip);
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    this.section = element(
      "section", { class: "chart" },
      element("div", { class: "head" }, this.title, element("div", { class: "tools", role: "group", "aria-label": "View" }, ...Object.values(this.tools))),
      this.legend, this.plot, this.spoken,
    );
    this.root.append(element("style", {}, style), this.section);
    const on = (name, act, options) => this.plot.addEventListener(name, act, options);
    on("pointerdown", (e) => this.press(e));
    on("pointermove", (e) => this.move(e));
    on("pointerup", (e) => this.release(e));
    on("pointercancel", (e) => this.release(e, true));
    on("pointerleave", () => { if (!this.drag) this.point(null); });
    on("dblclick", () => this.reset());
    on("wheel", (e) => this.wheel(e), { passive: false });
    on("keydown", (e) => this.keyed(e));
    on("blur", () => this.point(null));
  }

  destroy() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.gone = true;
  }

  update(message, port) {
    const opening = !this.message;
    const names = message.series.map((one) => one.column);
    if (opening) this.switches = { smooth: message.smooth, log: message.log };
    if (opening || message.run !== this.message.run || names.join("\n") !== this.rows.names.join("\n")) {
      this.rows = new Rows([...new Set(names)]);
      this.view = null;
      this.follow = false;
      this.axis = null;
      this.cross = null;
      this.asked = { n: this.asked.n, at: -1e9, since: 0 };
      this.seen = null;
    }
    this.message = message;
    this.theme = readTheme(this.section);
    this.series = message.series.map((one) => ({ ...one, colour: legible(this.theme.dark ? one.dark : one.light, this.theme) }));
    if (this.seen !== message.arrays) {
      this.seen = message.arrays;
      this.take(message, port);
    }
    if (this.follow && this.view) this.shiftTo(this.rows.last);
    this.dress();
    this.redraw(true);
  }

  // Takes the rows in, or asks for those that are missing before them.
  take(message, port) {
    const { step, ...columns } = message.arrays;
    const { since } = message;
    const now = performance.now();
    if (since !== null && since > this.rows.last) {
      this.asked.since ||= now;
      if (now - this.asked.since < 4000) {
        if (now - this.asked.at > 700) {
          this.asked.at = now;
          this.asked.n += 1;
          const ask = { run: message.run, after: this.rows.count ? this.rows.last : null, n: this.asked.n + Date.now() % 1e9 * 1000 };
          setTimeout(() => port.state("ask", ask));
        }
        return;
      }
      // Nobody has the missing rows: better a curve with a hole than none.
    }
    this.asked.since = 0;
    this.rows.replaceAfter(since, step, columns);
  }

  dress() {
    const { message, tools } = this;
    this.title.textContent = message.title;
    this.plot.style.height = `${message.plot_height}px`;
    const shape = JSON.stringify([this.series, this.theme.paper]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.values = [];
      this.legend.replaceChildren(...this.series.map((one) => {
        const value = element("output", { "aria-hidden": "true" });
        this.values.push(value);
        return element("button", {
          type: "button", "aria-pressed": String(!this.hidden.has(one.column)),
          onclick: (event) => {
            if (!this.hidden.delete(one.column)) this.hidden.add(one.column);
            event.currentTarget.setAttribute("aria-pressed", String(!this.hidden.has(one.column)));
            this.redraw(true);
          },
        }, swatch(one.colour, one.dash), one.label, value);
      }));
    }
    this.series.forEach((one, i) => {
      const v = this.newest(one);
      const text = v === undefined ? "" : this.format(v, 3);
      if (this.values[i].textContent !== text) this.values[i].textContent = text;
    });
    tools.smooth.setAttribute("aria-pressed", String(this.switches.smooth));
    tools.log.setAttribute("aria-pressed", String(this.switches.log));
    tools.follow.setAttribute("aria-pressed", String(this.follow));
    tools.reset.hidden = !this.view;
    this.note.hidden = this.rows.count > 0;
    this.note.textContent = message.empty;
    const set = this.section.dataset;
    set.run = message.run;
    set.rows = this.rows.count;
    set.first = this.rows.count ? this.rows.first : "";
    set.last = this.rows.count ? this.rows.last : "";
    set.flags = message.flags.length;
    set.view = this.view ? this.view.map((v) => v.toFixed(1)).join(":") : "all";
    const now = performance.now();
    const begun = `${message.run} ${this.rows.count > 0}`;
    if (begun !== this.begun || now - this.spokenAt > SPOKEN_EVERY) {
      const summary = this.summary();
      if (begun === this.begun && this.root.activeElement === this.plot) this.spoken.textContent = summary;
      this.plot.setAttribute("aria-label", summary);
      this.begun = begun;
      this.spokenAt = now;
    }
  }

  // The last value of a curve; a sparse one may have had it some rows ago, or never.
  newest(one) {
    const values = this.rows.values.get(one.column);
    let row = this.rows.count - 1;
    while (one.sparse && row >= 0 && Number.isNaN(values[row])) row--;
    return row < 0 ? undefined : values[row];
  }

  format(value, digits) {
    return this.message.y_format === "percent" ? percentInWords(value, digits) : inWords(value, digits);
  }

  summary() {
    const { rows, message } = this;
    if (!rows.count) return `${message.title}. ${message.empty}.`;
    const now = this.series.filter((one) => this.newest(one) !== undefined)
      .map((one) => `${one.label} ${this.format(this.newest(one), 3)}`);
    return `${message.title}: at ${message.x_label} ${Math.round(rows.last)}, ${now.join(", ")}. Arrow keys read the curve, plus and minus zoom, 0 shows all.`;
  }

  toggle(name) {
    this.switches[name] = !this.switches[name];
    if (name === "log") this.axis = null;
    this.dress();
    this.redraw(true);
  }

  toggleFollow() {
    this.follow = !this.follow;
    if (this.follow && this.rows.count) {
      const [from, to] = this.range();
      const width = this.view ? to - from : (to - from) * 0.25;
      this.view = [to - width, to];
      this.shiftTo(this.rows.last);
    }
    this.dress();
    this.redraw(true);
  }

  reset() {
    this.view = null;
    this.follow = false;
    this.dress();
    this.redraw(true);
  }

  shiftTo(last) {
    const width = this.view[1] - this.view[0];
    const to = last + width * 0.03;
    this.view = [to - width, to];
  }

  // The steps in view.
  range() {
    if (this.view) return this.view;
    const { rows } = this;
    if (!rows.count) return [0, 1];
    const span = rows.last - rows.first;
    return span > 0 ? [rows.first, rows.last + span * 0.01] : [rows.first - 1, rows.first + 1];
  }

  zoom(from, to, byHand = true) {
    const { rows } = this;
    if (!rows.count) return;
    const whole = [rows.first, Math.max(rows.last, rows.first + 1)];
    const least = Math.max(1e-6, Math.min(4, (whole[1] - whole[0]) / 10));
    const middle = (from + to) / 2;
    const half = Math.max(least, to - from) / 2;
    let [a, b] = [middle - half, middle + half];
    if (b - a >= (whole[1] - whole[0]) * 1.02) this.view = null;
    else {
      const slack = (b - a) * 0.03;
      if (a < whole[0]) [a, b] = [whole[0], whole[0] + b - a];
      if (b > whole[1] + slack) [a, b] = [whole[1] + slack - (b - a), whole[1] + slack];
      this.view = [a, b];
    }
    if (byHand && !(this.view && this.view[1] >= whole[1])) this.follow = false;
    this.dress();
    this.redraw(true);
  }

  zoomAt(step, factor) {
    const [from, to] = this.range();
    this.zoom(step - (step - from) * factor, step + (to - step) * factor);
  }

  stepAt(px) {
    const { left, inner } = this.box || { left: 0, inner: 1 };
    const [from, to] = this.range();
    return from + clamp((px - left) / inner, 0, 1) * (to - from);
  }

  local(event) {
    const at = this.plot.getBoundingClientRect();
    return [event.clientX - at.left, event.clientY - at.top];
  }

  press(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    const [x, y] = this.local(event);
    this.touches.set(event.pointerId, x);
    if (event.pointerType === "touch") {
      if (this.touches.size === 2) {
        const [a, b] = [...this.touches.values()];
        this.drag = { kind: "pinch", view: this.range(), a: this.stepAt(a), b: this.stepAt(b) };
      } else {
        const now = performance.now();
        if (now - (this.tapped || -1e9) < 300) this.reset();
        this.tapped = now;
        this.point(this.stepAt(x), x);
      }
      return;
    }
    if (!this.rows.count) return;
    this.plot.setPointerCapture(event.pointerId);
    const pan = event.shiftKey || y > this.message.plot_height - 30;
    this.drag = { kind: pan ? "pan" : "zoom", from: x, to: x, view: this.range(), whole: !this.view };
    if (pan) this.plot.dataset.grip = "pan";
  }

  move(event) {
    const [x, y] = this.local(event);
    if (this.touches.has(event.pointerId)) this.touches.set(event.pointerId, x);
    const { drag } = this;
    if (!drag) {
      this.plot.dataset.grip = event.pointerType === "mouse" && (event.shiftKey || y > this.message?.plot_height - 30) && this.view ? "pan" : "";
      if (event.pointerType !== "touch" || this.touches.size === 1) this.point(this.stepAt(x), x);
      return;
    }
    const { left, inner } = this.box;
    if (drag.kind === "zoom") {
      drag.to = clamp(x, left, left + inner);
      this.point(this.stepAt(x), x);
    } else if (drag.kind === "pan") {
      if (!this.view) return;
      const by = ((drag.from - x) / inner) * (drag.view[1] - drag.view[0]);
      this.zoom(drag.view[0] + by, drag.view[1] + by);
    } else if (this.touches.size === 2) {
      // Both fingers keep the steps that they took hold of.
      const [p, q] = [...this.touches.values()].map((v) => (v - left) / inner);
      if (Math.abs(p - q) > 0.02) {
        const width = (drag.b - drag.a) / (q - p);
        if (width > 0) this.zoom(drag.a - p * width, drag.a + (1 - p) * width);
      }
    }
    this.redraw();
  }

  release(event, cancelled = false) {
    this.touches.delete(event.pointerId);
    const { drag } = this;
    this.drag = null;
    this.plot.dataset.grip = "";
    if (drag?.kind === "zoom" && !cancelled && Math.abs(drag.to - drag.from) > 5) {
      const [a, b] = [this.stepAt(drag.from), this.stepAt(drag.to)].sort((p, q) => p - q);
      this.follow = false;
      this.zoom(a, b);
    }
    if (event.pointerType === "touch" && this.touches.size === 0 && drag?.kind === "pinch") this.point(null);
    this.redraw();
  }

  // The wheel belongs to the page until the chart has been clicked or Ctrl is held.
  wheel(event) {
    const focused = this.root.activeElement === this.plot;
    if (!this.rows.count || !(event.ctrlKey || event.metaKey || focused)) return;
    event.preventDefault();
    const [from, to] = this.range();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      const by = ((event.deltaX || event.deltaY) / (this.box?.inner || 1)) * (to - from);
      if (this.view) this.zoom(from + by, to + by);
      return;
    }
    this.zoomAt(this.stepAt(this.local(event)[0]), clamp(Math.exp(event.deltaY * 0.0022), 0.5, 2));
  }

  keyed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { rows } = this;
    const [from, to] = this.range();
    const here = this.cross === null ? rows.count - 1 : rows.nearest(this.cross);
    const stride = Math.max(1, Math.round((rows.at(to) - rows.at(from)) / 200)) * (event.shiftKey ? 10 : 1);
    const go = (row) => this.read(clamp(row, 0, rows.count - 1));
    const centre = this.cross ?? (from + to) / 2;
    const acts = {
      ArrowLeft: () => go(this.cross === null ? here : here - stride),
      ArrowRight: () => go(this.cross === null ? here : here + stride),
      Home: () => go(0),
      End: () => go(rows.count - 1),
      "+": () => this.zoomAt(centre, 0.7),
      "=": () => this.zoomAt(centre, 0.7),
      "-": () => this.zoomAt(centre, 1 / 0.7),
      "−": () => this.zoomAt(centre, 1 / 0.7),
      0: () => this.reset(),
      Escape: () => this.point(null),
      f: () => this.toggleFollow(),
      s: () => this.toggle("smooth"),
      l: () => this.toggle("log"),
    };
    const act = acts[event.key] || acts[event.key.toLowerCase()];
    if (!act || !rows.count) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  // Moves the crosshair to a row by keyboard, and says what stands there.
  read(row) {
    const step = this.rows.step[row];
    const [from, to] = this.range();
    if (this.view && (step < from || step > to)) {
      const by = step < from ? step - from - (to - from) * 0.1 : step - to + (to - from) * 0.1;
      this.zoom(from + by, to + by);
    }
    this.point(step);
    this.spoken.textContent = `${this.message.x_label} ${Math.round(step)}: ${this.series
      .filter((one) => !this.hidden.has(one.column))
      .map((one) => `${one.label} ${this.format(this.rows.values.get(one.column)[row], 4)}`).join(", ")}`;
  }

  point(step) {
    this.cross = step === null || !this.rows.count ? null : step;
    this.redraw();
  }

  redraw(remeasure = false) {
    if (remeasure) this.curves = null;
    if (!this.frame && !this.gone) this.frame = requestAnimationFrame((now) => this.draw(now));
  }

  measure() {
    const { message, rows } = this;
    const width = this.plot.clientWidth;
    const height = message.plot_height;
    const top = message.flags.length ? 24 : 8;
    const bottom = height - 34;
    const left = this.left || 48;
    const right = width - 12;
    this.box = { width, height, top, bottom, left, right, inner: Math.max(1, right - left), tall: bottom - top };
    const [from, to] = this.range();
    const scale = this.box.inner / (to - from || 1);
    const shift = left - from * scale;
    const [i0, i1] = [Math.max(0, rows.at(from) - 1), Math.min(rows.count, rows.at(to) + 1)];
    this.sparse = i1 - i0 <= 48;
    this.crowd = clamp(((i1 - i0) / this.box.inner - 2) / 3, 0, 1); // rows for each pixel
    this.curves = this.series.map((one) => {
      if (this.hidden.has(one.column)) return null;
      const raw = rows.values.get(one.column);
      const cut = (values) => thin(rows.step, values, i0, i1, scale, shift, this.switches.log, one.sparse);
      return this.switches.smooth ? { ...cut(rows.smoothed(one.column)), under: cut(raw) } : cut(raw);
    });
    this.toX = (step) => step * scale + shift;
    const lines = message.lines.map((line) => line.value).map((v) => (this.switches.log ? Math.log10(v) : v)).filter(Number.isFinite);
    const seen = this.curves.filter(Boolean);
    this.target = reach([...seen, ...seen.map((curve) => curve.under).filter(Boolean)], lines);
    if (!this.axis || reducedMotion()) this.axis = [...this.target];
  }

  draw(now) {
    this.frame = null;
    if (!this.message || this.gone || !this.plot.clientWidth) return;
    if (!this.curves) this.measure();
    // The axis glides to where it should be, so that the curve never jumps.
    const passed = Math.min(64, now - (this.drawnAt || now));
    this.drawnAt = now;
    const pull = 1 - Math.exp(-passed / 90);
    const reachSpan = this.target[1] - this.target[0];
    let moving = false;
    this.axis = this.axis.map((v, i) => {
      const gap = this.target[i] - v;
      if (Math.abs(gap) < reachSpan * 0.002) return this.target[i];
      moving = true;
      return v + gap * pull;
    });
    this.paint();
    this.draws += 1;
    this.section.dataset.draws = this.draws;
    if (moving) this.redraw();
    else this.drawnAt = 0;
  }

  paint() {
    const { canvas, theme, message, box } = this;
    const { width, height, top, bottom, right, tall } = box;
    fitCanvas(canvas, width, height);
    const ink = canvas.getContext("2d");
    ink.clearRect(0, 0, width, height);
    ink.font = `11.5px ${theme.font}`;
    const [low, high] = this.axis;
    const y = (v) => bottom - ((v - low) / (high - low)) * tall;
    const ticks = (this.switches.log ? logTicks : niceTicks)(low, high, Math.max(2, Math.round(tall / 36)));
    const label = (t) => this.format(this.switches.log ? 10 ** t : t, 3);
    const texts = ticks.map(label);
    const left = Math.ceil(clamp(Math.max(...texts.map((t) => ink.measureText(t).width), 20) + 12, 40, 90));
    if (Math.abs(left - box.left) > 3 && (left > box.left || left < box.left - 12)) {
      this.left = left;
      this.redraw(true);
    }
    this.grid(ink, ticks.map(y), texts);
    ink.save();
    ink.beginPath();
    ink.rect(box.left, top - 2, right - box.left + 1, bottom - top + 3);
    ink.clip();
    this.paintLines(ink, y);
    this.paintFlagPoles(ink);
    this.series.forEach((one, i) => this.paintCurve(ink, one, this.curves[i], y));
    if (this.drag?.kind === "zoom") {
      const [a, b] = [this.drag.from, this.drag.to].sort((p, q) => p - q);
      ink.fillStyle = theme.accent;
      ink.globalAlpha = 0.14;
      ink.fillRect(a, top, b - a, bottom - top);
      ink.globalAlpha = 1;
    }
    ink.restore();
    this.paintLineLabels(ink, y);
    this.paintFlags(ink);
    this.paintCross(ink, y);
    if (message.y_label) {
      ink.textAlign = "left";
      ink.fillStyle = theme.soft;
      ink.fillText(message.y_label, box.left + 2, top + 4);
    }
  }

  grid(ink, rows, texts) {
    const { theme, box, message } = this;
    const { left, right, bottom, top, height, inner } = box;
    ink.lineWidth = 1;
    ink.strokeStyle = theme.faint;
    ink.fillStyle = theme.soft;
    ink.textBaseline = "middle";
    ink.textAlign = "right";
    ink.beginPath();
    rows.forEach((at, i) => {
      const py = Math.round(at) + 0.5;
      if (py < top - 1 || py > bottom + 1) return;
      ink.moveTo(left, py);
      ink.lineTo(right, py);
      ink.fillText(texts[i], left - 8, py);
    });
    ink.stroke();
    ink.textBaseline = "alphabetic";
    ink.textAlign = "center";
    if (this.rows.count) {
      const [from, to] = this.range();
      ink.beginPath();
      for (const t of niceTicks(from, to, inner / 88)) {
        const px = Math.round(this.toX(t)) + 0.5;
        ink.moveTo(px, bottom);
        ink.lineTo(px, bottom + 4);
        const text = to - from < 5 ? inWords(t, 6) : inWords(Math.round(t), to - from < Math.abs(to) * 0.01 ? 7 : 4);
        const half = ink.measureText(text).width / 2;
        if (px - half > left - 20 && px + half < right + 12) ink.fillText(text, px, bottom + 16);
      }
      ink.strokeStyle = theme.soft;
      ink.stroke();
    }
    ink.textAlign = "right";
    ink.fillText(message.x_label, right, height - 4);
    ink.strokeStyle = theme.line;
    ink.beginPath();
    ink.moveTo(left, bottom + 0.5);
    ink.lineTo(right, bottom + 0.5);
    ink.stroke();
  }

  lineAt(line, y) {
    const v = this.switches.log ? Math.log10(line.value) : line.value;
    return Number.isFinite(v) && v >= this.axis[0] && v <= this.axis[1] ? Math.round(y(v)) + 0.5 : null;
  }

  lineColour(line) {
    return line.light ? legible(this.theme.dark ? line.dark : line.light, this.theme) : this.theme.soft;
  }

  paintLines(ink, y) {
    ink.lineWidth = 1;
    ink.setLineDash([2, 3]);
    for (const line of this.message.lines) {
      const at = this.lineAt(line, y);
      if (at === null) continue;
      ink.strokeStyle = this.lineColour(line);
      ink.beginPath();
      ink.moveTo(this.box.left, at);
      ink.lineTo(this.box.right, at);
      ink.stroke();
    }
    ink.setLineDash([]);
  }

  halo(ink, text, x, at) {
    ink.lineWidth = 3.5;
    ink.lineJoin = "round";
    ink.strokeStyle = this.theme.paper;
    ink.strokeText(text, x, at);
    ink.fillText(text, x, at);
  }

  paintLineLabels(ink, y) {
    ink.textAlign = "right";
    const taken = [];
    for (const line of this.message.lines) {
      const at = this.lineAt(line, y);
      if (at === null) continue;
      // Above its line, or below where another label stands already or the frame ends.
      let place = at - 5;
      if (place < this.box.top + 8 || taken.some((p) => Math.abs(p - place) < 13)) place = at + 13;
      if (taken.some((p) => Math.abs(p - place) < 12)) continue;
      taken.push(place);
      ink.fillStyle = this.lineColour(line);
      this.halo(ink, line.label, this.box.right - 4, place);
    }
  }

  flagsInView() {
    const { left, right } = this.box;
    return this.rows.count
      ? this.message.flags.map((flag) => ({ ...flag, x: Math.round(this.toX(flag.step)) + 0.5 })).filter((flag) => flag.x >= left - 1 && flag.x <= right + 1)
      : [];
  }

  paintFlagPoles(ink) {
    ink.lineWidth = 1;
    ink.strokeStyle = this.theme.soft;
    ink.setLineDash([3, 3]);
    ink.beginPath();
    for (const flag of this.flagsInView()) {
      ink.moveTo(flag.x, this.box.top);
      ink.lineTo(flag.x, this.box.bottom);
    }
    ink.stroke();
    ink.setLineDash([]);
  }

  paintFlags(ink) {
    const { theme, box } = this;
    const flags = this.flagsInView();
    ink.textAlign = "left";
    let edge = -Infinity;
    flags.forEach((flag, i) => {
      ink.fillStyle = theme.accent;
      ink.beginPath();
      ink.moveTo(flag.x, box.top - 16);
      ink.lineTo(flag.x + 9, box.top - 11.5);
      ink.lineTo(flag.x, box.top - 7);
      ink.fill();
      ink.fillRect(flag.x - 0.75, box.top - 16, 1.5, 16);
      const until = Math.min(flags[i + 1]?.x ?? Infinity, box.right + 8) - 6;
      let text = flag.text;
      const start = flag.x + 12;
      if (start < edge) return;
      while (text.length > 1 && start + ink.measureText(text).width > until) text = `${text.replace(/…$/, "").slice(0, -1)}…`;
      if (text.length < 4 && text !== flag.text) return;
      ink.fillStyle = theme.ink;
      ink.fillText(text, start, box.top - 8);
      edge = start + ink.measureText(text).width;
    });
  }

  path(ink, { xs, ys }, y) {
    ink.beginPath();
    let open = false;
    for (let i = 0; i < xs.length; i++) {
      const v = ys[i];
      if (Number.isNaN(v)) { open = false; continue; }
      const py = clamp(y(v), -1e4, 1e4);
      if (open) ink.lineTo(xs[i], py);
      else if (Number.isNaN(ys[i + 1] ?? NaN)) { ink.moveTo(xs[i] - 0.75, py); ink.lineTo(xs[i] + 0.75, py); } else ink.moveTo(xs[i], py);
      open = true;
    }
    ink.stroke();
  }

  paintCurve(ink, one, curve, y) {
    if (!curve) return;
    const { top, bottom } = this.box;
    ink.strokeStyle = ink.fillStyle = one.colour;
    ink.lineJoin = "round";
    if (curve.under) {
      ink.lineWidth = 1;
      ink.globalAlpha = 0.28;
      this.path(ink, curve.under, y);
      ink.globalAlpha = 1;
    }
    // Where many rows share a pixel, the curve is a pale band with its average in it. A dash is
    // legible only where the curve is a line and not a band of noise.
    const crowd = curve.under ? 0 : this.crowd;
    const noisy = !this.sparse && !curve.under && this.noisy(curve, y);
    ink.lineWidth = noisy ? 1.25 : 1.9;
    ink.lineCap = one.dash === "solid" ? "round" : "butt";
    ink.setLineDash(noisy ? [] : DASHES[one.dash]);
    ink.globalAlpha = 1 - 0.72 * crowd;
    this.path(ink, curve, y);
    if (crowd) {
      ink.globalAlpha = crowd;
      ink.lineWidth = 1.9;
      ink.setLineDash(DASHES[one.dash]);
      this.path(ink, curve.mean, y);
    }
    ink.globalAlpha = 1;
    ink.setLineDash([]);
    if (this.sparse) this.dots(ink, one, curve, y);
    else this.marks(ink, one, crowd ? curve.mean : curve, y);
    // Values beyond the frame: a small arrow at the edge. Missing ones: a cross at the foot.
    const shown = curve.under || curve;
    let beyond = -Infinity;
    for (let i = 0; i < shown.xs.length; i++) {
      const py = y(shown.ys[i]);
      if (!(py < top - 2 || py > bottom + 2) || shown.xs[i] - beyond < 8) continue;
      beyond = shown.xs[i];
      const [tip, foot] = py < top ? [top, top + 6] : [bottom, bottom - 6];
      ink.beginPath();
      ink.moveTo(beyond, tip);
      ink.lineTo(beyond - 3.5, foot);
      ink.lineTo(beyond + 3.5, foot);
      ink.fill();
    }
    ink.lineWidth = 1.4;
    ink.beginPath();
    for (const x of shown.holes) {
      for (const turn of [-3, 3]) {
        ink.moveTo(x - 3, bottom - 6 - turn);
        ink.lineTo(x + 3, bottom - 6 + turn);
      }
    }
    ink.stroke();
  }

  // Whether the curve runs up and down so much that dashes would only be crumbs.
  noisy({ xs, ys }, y) {
    let length = 0;
    for (let i = 1; i < xs.length; i++) {
      const rise = Math.abs(y(ys[i]) - y(ys[i - 1]));
      if (rise === rise) length += rise;
    }
    return length > 6 * this.box.inner;
  }

  // Few rows: each one is marked.
  dots(ink, one, { xs, ys }, y) {
    for (let i = 0; i < xs.length; i++) {
      if (Number.isNaN(ys[i])) continue;
      mark(ink, one.dash, xs[i], y(ys[i]), 2.5);
      ink.fill();
    }
  }

  // Many rows: a mark now and then, in the middle of what the curve does around it.
  marks(ink, one, { xs, ys }, y) {
    const place = this.series.indexOf(one);
    const every = 120;
    ink.strokeStyle = this.theme.paper;
    ink.lineWidth = 1.5;
    let i = 0;
    for (let x = this.box.left + 24 + (place * every) / this.series.length; x < this.box.right - 8; x += every) {
      let [sum, count] = [0, 0];
      while (i < xs.length && xs[i] < x - 6) i++;
      for (let k = i; k < xs.length && xs[k] < x + 6; k++) {
        if (Number.isNaN(ys[k])) continue;
        sum += ys[k];
        count += 1;
      }
      if (!count) continue;
      mark(ink, one.dash, x, y(sum / count), 3.4);
      ink.stroke();
      ink.fill();
    }
    ink.strokeStyle = one.colour;
  }

  paintCross(ink, y) {
    const { tip, box, rows, theme } = this;
    if (this.cross === null || !rows.count || this.drag?.kind === "pan") {
      tip.hidden = true;
      return;
    }
    const row = rows.nearest(this.cross);
    const x = this.toX(rows.step[row]);
    if (x < box.left - 2 || x > box.right + 2) {
      tip.hidden = true;
      return;
    }
    ink.strokeStyle = theme.soft;
    ink.lineWidth = 1;
    ink.beginPath();
    ink.moveTo(Math.round(x) + 0.5, box.top);
    ink.lineTo(Math.round(x) + 0.5, box.bottom);
    ink.stroke();
    const lines = [element("b", {}, `${this.message.x_label} ${stepInWords(rows.step[row])}`)];
    for (const one of this.series) {
      if (this.hidden.has(one.column)) continue;
      const raw = rows.values.get(one.column)[row];
      if (one.sparse && Number.isNaN(raw)) continue;
      lines.push(element("div", {}, swatch(one.colour, one.dash), element("span", {}, one.label), element("span", {}, this.format(raw, 4))));
      const v = this.switches.smooth ? rows.smoothed(one.column)[row] : raw;
      const at = y(this.switches.log ? Math.log10(v) : v);
      if (!(at >= box.top - 2 && at <= box.bottom + 2)) continue;
      mark(ink, one.dash, x, at, 4);
      ink.fillStyle = one.colour;
      ink.strokeStyle = theme.paper;
      ink.lineWidth = 2;
      ink.fill();
      ink.stroke();
    }
    for (const flag of this.flagsInView()) {
      if (Math.abs(flag.x - x) < 7) lines.push(element("em", {}, `⚑ ${flag.text} (${this.message.x_label} ${stepInWords(flag.step)})`));
    }
    tip.replaceChildren(...lines);
    tip.hidden = false;
    const over = x + 14 + tip.offsetWidth > box.width;
    tip.style.transform = `translate(${Math.round(Math.max(0, over ? x - 14 - tip.offsetWidth : x + 14))}px, ${box.top + 4}px)`;
  }
}

export const mount = (root) => new Chart(root);
