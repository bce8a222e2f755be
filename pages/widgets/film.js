// Walks through latent space side by side: frames are here already, so that scrubbing is immediate.
const RATE = 15; // frames a second at speed 1

// One grey or colour picture of a track as ImageData.
function toImage(frames, index) {
  const [, channels, height, width] = frames.shape;
  const image = new ImageData(width, height);
  const area = height * width;
  const from = index * channels * area;
  for (let p = 0; p < area; p++) {
    for (let c = 0; c < 3; c++) image.data[4 * p + c] = frames[from + (channels === 1 ? 0 : c) * area + p];
    image.data[4 * p + 3] = 255;
  }
  return image;
}

class Film {
  constructor(root) {
    this.at = 0;
    this.forward = 1;
    this.playing = !reducedMotion();
    this.tracks = element("div", { class: "tracks" });
    this.play = element("button", { type: "button", class: "play", onclick: () => this.toggle() }, "Play");
    this.slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Frame", oninput: () => this.scrub(Number(this.slider.value)) });
    this.speed = element("select", { "aria-label": "Speed" },
      ...[["0.5", "half speed"], ["1", "speed 1"], ["2", "double speed"]].map(([value, words]) => element("option", { value }, words)));
    this.speed.value = "1";
    this.bounce = element("button", { type: "button", "aria-pressed": "true", onclick: () => this.turn() }, "There and back");
    this.stamp = element("output");
    this.section = element("section", { class: "film" }, this.tracks,
      element("div", { class: "time" }, this.play, this.slider, this.stamp, this.speed, this.bounce));
    root.append(element("style", {}, style), this.section);
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.section);
    this.tick = this.tick.bind(this);
    this.frame = requestAnimationFrame(this.tick);
  }

  destroy() {
    this.gone = true;
    cancelAnimationFrame(this.frame);
    this.sizes.disconnect();
  }

  update(message) {
    const fresh = message.identity !== this.message?.identity;
    this.message = message;
    this.theme = readTheme(this.section);
    if (fresh) {
      this.at = 0;
      this.forward = 1;
      this.shown = message.tracks.map((track) => {
        const picture = element("canvas", { class: "picture", role: "img", "aria-label": track.title });
        const norm = element("canvas", { class: "norm", "aria-hidden": "true" });
        const words = element("p");
        return { ...track, frames: message.arrays[track.name], norms: message.arrays[`${track.name}.norms`], picture, norm, words };
      });
      this.tracks.replaceChildren(...this.shown.map((t) => element("div", { class: "track" }, element("h4", {}, t.title), t.picture, t.norm, t.words)));
      this.count = this.shown[0].frames.shape[0];
      this.slider.max = this.count - 1;
    }
    this.paint();
  }

  tick(now) {
    if (this.gone) return;
    if (this.playing && this.message) {
      const passed = Math.min(now - (this.last ?? now), 200);
      this.at += this.forward * (passed / 1000) * RATE * Number(this.speed.value);
      const end = this.count - 1;
      const bouncing = this.bounce.getAttribute("aria-pressed") === "true";
      if (this.at > end) [this.at, this.forward] = bouncing ? [end, -1] : [0, 1];
      if (this.at < 0) [this.at, this.forward] = [0, 1];
      this.paint();
    }
    this.last = now;
    this.frame = requestAnimationFrame(this.tick);
  }

  toggle() {
    this.playing = !this.playing;
    this.paint(true);
  }

  turn() {
    this.bounce.setAttribute("aria-pressed", String(this.bounce.getAttribute("aria-pressed") !== "true"));
    this.forward = 1;
  }

  scrub(index) {
    this.playing = false;
    this.at = index;
    this.paint(true);
  }

  paint(always = false) {
    if (!this.shown) return;
    const index = clamp(Math.round(this.at), 0, this.count - 1);
    this.play.textContent = this.playing ? "Pause" : "Play";
    const width = this.section.clientWidth;
    if (!always && index === this.painted?.index && width === this.painted.width && this.message === this.painted.message) return;
    this.painted = { index, width, message: this.message };
    this.slider.value = index;
    this.stamp.textContent = `${index + 1} of ${this.count}`;
    this.section.dataset.frame = index;
    for (const track of this.shown) {
      const image = toImage(track.frames, index);
      if (track.picture.width !== image.width) [track.picture.width, track.picture.height] = [image.width, image.height];
      track.picture.getContext("2d").putImageData(image, 0, 0);
      this.curve(track, index);
      track.words.textContent = `|z| = ${track.norms[index].toFixed(2)}`;
    }
  }

  // The norm of z along the way, with what is usual for a draw as a band.
  curve(track, index) {
    const { norm, norms } = track;
    if (!norm.clientWidth) return;
    const { width, height } = fitCanvas(norm, norm.clientWidth, 64);
    const ink = norm.getContext("2d");
    ink.clearRect(0, 0, width, height);
    const [low, high] = this.message.usual;
    const top = Math.max(high * 1.1, ...this.shown.flatMap((t) => [...t.norms]));
    const y = (value) => 4 + (height - 8) * (1 - value / top);
    const x = (k) => 5 + ((width - 10) * k) / Math.max(1, this.count - 1);
    ink.fillStyle = this.theme.faint;
    ink.fillRect(0, y(high), width, y(low) - y(high));
    ink.strokeStyle = legible(this.theme.accent, this.theme);
    ink.lineWidth = 2;
    ink.beginPath();
    norms.forEach((value, k) => ink.lineTo(x(k), y(value)));
    ink.stroke();
    ink.fillStyle = this.theme.ink;
    ink.beginPath();
    ink.arc(x(index), y(norms[index]), 4, 0, 2 * Math.PI);
    ink.fill();
  }
}

export const mount = (root) => new Film(root);
