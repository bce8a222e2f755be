import { clamp, inkOf, rgb } from "./stage.js";
/** @import { Grid, Landscape } from "./canvas_timeline.js" */
/** @import { Point } from "./messages.js" */

/** @param {number} x */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/**
 * 256 colours from 'looks fake' over nothing to 'looks real', with their strength as opacity.
 * @param {string} fake @param {string} real @param {boolean} dark
 */
export function landscapeColours(fake, real, dark) {
  const table = new Uint8ClampedArray(256 * 4);
  const [low, high] = [rgb(fake), rgb(real)];
  for (let i = 0; i < 256; i++) {
    const side = (i - 127.5) / 127.5;
    const strength = Math.abs(side) ** 0.8 * (dark ? 0.5 : 0.46);
    table.set([...(side < 0 ? low : high), 255 * strength], i * 4);
  }
  return table;
}

export class LandscapePainter {
  /** @type {ImageData} */ pixels;
  /** @type {Uint32Array} */ words;

  constructor() {
    this.sheet = document.createElement("canvas");
    this.size = 0;
  }

  /** On so many places in each direction. @param {number} size */
  resize(size) {
    if (size === this.size) return false;
    this.size = this.sheet.width = this.sheet.height = size;
    this.pixels = new ImageData(size, size);
    this.words = new Uint32Array(this.pixels.data.buffer);
    return true;
  }

  /**
   * Bilinear between the grid's places, then through σ or as the score itself, then to colour.
   * @param {Landscape} landscape @param {string} as @param {Uint8ClampedArray<ArrayBuffer>} table
   */
  compute({ grid, rows, cols, boundary, reach }, as, table) {
    const colours = new Uint32Array(table.buffer);
    const gain = 1 / (2 * reach);
    const { size, words } = this;
    for (let y = 0; y < size; y++) {
      const v = ((size - 1 - y) / (size - 1)) * (rows - 1);
      const r = Math.min(rows - 2, Math.floor(v));
      const fy = v - r;
      for (let x = 0; x < size; x++) {
        const u = (x / (size - 1)) * (cols - 1);
        const c = Math.min(cols - 2, Math.floor(u));
        const fx = u - c;
        const k = r * cols + c;
        const below = grid[k] + (grid[k + 1] - grid[k]) * fx;
        const above = grid[k + cols] + (grid[k + cols + 1] - grid[k + cols]) * fx;
        const score = below + (above - below) * fy - boundary;
        const share = as === "probability" ? sigmoid(score) : 0.5 + score * gain;
        words[y * size + x] = colours[share <= 0 ? 0 : share >= 1 ? 255 : (share * 255.999) | 0];
      }
    }
    inkOf(this.sheet).putImageData(this.pixels, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} ink @param {number} width @param {number} height */
  paint(ink, width, height) {
    ink.imageSmoothingEnabled = true;
    ink.imageSmoothingQuality = "low"; // the places lie so close that bilinear is enough
    // The outermost places lie on the border of the extent, so half a place falls outside.
    const [dx, dy] = [width / (this.size - 1) / 2, height / (this.size - 1) / 2];
    ink.drawImage(this.sheet, -dx, -dy, width + 2 * dx, height + 2 * dy);
  }
}

/** @param {Grid} land @param {number} u @param {number} v */
export function scoreAt({ grid, rows, cols }, u, v) { // u, v in [0, 1] from left and bottom
  const [x, y] = [clamp(u, 0, 1) * (cols - 1), clamp(v, 0, 1) * (rows - 1)];
  const [c, r] = [Math.min(cols - 2, Math.floor(x)), Math.min(rows - 2, Math.floor(y))];
  const [fx, fy] = [x - c, y - r];
  const k = r * cols + c;
  const below = grid[k] + (grid[k + 1] - grid[k]) * fx;
  const above = grid[k + cols] + (grid[k + cols + 1] - grid[k + cols]) * fx;
  return below + (above - below) * fy;
}

/**
 * Where D is undecided: marching squares, the saddle cut by the value in its middle.
 * @param {Grid & { boundary: number }} land @param {number} width @param {number} height
 */
export function boundaryPath({ grid, rows, cols, boundary }, width, height) {
  const path = new Path2D();
  const [sx, sy] = [width / (cols - 1), height / (rows - 1)];
  for (let r = 0; r < rows - 1; r++) {
    for (let c = 0; c < cols - 1; c++) {
      const k = r * cols + c;
      const [a, b, d, e] = [grid[k], grid[k + 1], grid[k + cols], grid[k + cols + 1]].map((s) => s - boundary);
      const kind = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (e > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
      if (kind === 0 || kind === 15) continue;
      const low = [c + a / (a - b), r];
      const right = [c + 1, r + b / (b - e)];
      const high = [c + d / (d - e), r + 1];
      const left = [c, r + a / (a - d)];
      /** @param {number[]} from @param {number[]} to */
      const line = ([x, y], [p, q]) => {
        path.moveTo(x * sx, height - y * sy);
        path.lineTo(p * sx, height - q * sy);
      };
      const middle = a + b + d + e > 0;
      switch (kind) {
        case 1: case 14: line(left, low); break;
        case 2: case 13: line(low, right); break;
        case 4: case 11: line(right, high); break;
        case 8: case 7: line(high, left); break;
        case 3: case 12: line(left, right); break;
        case 6: case 9: line(low, high); break;
        case 5: if (middle) { line(left, high); line(low, right); } else { line(left, low); line(right, high); } break;
        default: if (middle) { line(left, low); line(right, high); } else { line(left, high); line(low, right); }
      }
    }
  }
  return path;
}

/**
 * The image of the grid in z: cells the brighter the denser G puts points there, and their borders.
 * @param {CanvasRenderingContext2D} ink @param {Grid} manifold @param {(x: number) => number} toX
 * @param {(y: number) => number} toY @param {string} colour @param {number} area
 * @param {number} strength
 */
export function paintManifold(ink, { grid, rows, cols }, toX, toY, colour, area, strength) {
  /** @param {number} r @param {number} c @returns {Point} */
  const at = (r, c) => [toX(grid[2 * (r * cols + c)]), toY(grid[2 * (r * cols + c) + 1])];
  ink.fillStyle = ink.strokeStyle = colour;
  if (rows > 1 && cols > 1) {
    const usual = area / ((rows - 1) * (cols - 1));
    for (let r = 0; r < rows - 1; r++) {
      for (let c = 0; c < cols - 1; c++) {
        const [p, q, s, t] = [at(r, c), at(r, c + 1), at(r + 1, c + 1), at(r + 1, c)];
        const size = Math.abs((s[0] - p[0]) * (t[1] - q[1]) - (t[0] - q[0]) * (s[1] - p[1])) / 2;
        if (!(size > 0.05)) continue;
        ink.globalAlpha = strength * clamp((0.05 * usual) / size, 0.02, 0.42);
        ink.beginPath();
        ink.moveTo(...p);
        ink.lineTo(...q);
        ink.lineTo(...s);
        ink.lineTo(...t);
        ink.fill();
      }
    }
  }
  ink.globalAlpha = strength * 0.62;
  ink.lineWidth = rows > 1 && cols > 1 ? 0.9 : 2.2;
  ink.lineJoin = "round";
  ink.beginPath();
  /** @param {number} count @param {(i: number) => Point} along */
  const thread = (count, along) => {
    let open = false;
    for (let i = 0; i < count; i++) {
      const [x, y] = along(i);
      if (x !== x) { open = false; continue; }
      if (open) ink.lineTo(x, y);
      else ink.moveTo(x, y);
      open = true;
    }
  };
  if (cols > 1) for (let r = 0; r < rows; r++) thread(cols, (c) => at(r, c));
  if (rows > 1) for (let c = 0; c < cols; c++) thread(rows, (r) => at(r, c));
  ink.stroke();
  ink.globalAlpha = 1;
}

/**
 * Real points are discs, fake ones diamonds: never colour alone. With a rim each is drawn by itself:
 * without a graphics processor one long outline takes far longer than many short ones.
 * @param {CanvasRenderingContext2D} ink @param {ArrayLike<number>} points
 * @param {(x: number) => number} toX @param {(y: number) => number} toY
 * @param {"disc" | "diamond"} shape @param {number} radius @param {string} colour
 * @param {string} rim @param {number} strength
 */
export function paintPoints(ink, points, toX, toY, shape, radius, colour, rim, strength) {
  const r = radius * 1.3;
  /** @type {(x: number, y: number) => void} */
  const trace = shape === "disc"
    ? (x, y) => { ink.moveTo(x + radius, y); ink.arc(x, y, radius, 0, 6.2832); }
    : (x, y) => { ink.moveTo(x, y - r); ink.lineTo(x + r, y); ink.lineTo(x, y + r); ink.lineTo(x - r, y); ink.closePath(); };
  ink.globalAlpha = strength;
  ink.fillStyle = colour;
  ink.strokeStyle = rim;
  ink.lineWidth = 1.2;
  if (!rim) ink.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [toX(points[i]), toY(points[i + 1])];
    if (x !== x || y !== y) continue;
    if (rim) ink.beginPath();
    trace(x, y);
    if (!rim) continue;
    ink.stroke();
    ink.fill();
  }
  if (!rim) ink.fill();
  ink.globalAlpha = 1;
}

/**
 * Arrows keep one scale over the run, so that a gradient that fades is seen to fade.
 * @param {CanvasRenderingContext2D} ink @param {ArrayLike<number>} points
 * @param {ArrayLike<number>} arrows @param {(x: number) => number} toX
 * @param {(y: number) => number} toY @param {number} pixels @param {string} colour
 * @param {string} rim @param {number} strength
 */
export function paintArrows(ink, points, arrows, toX, toY, pixels, colour, rim, strength) {
  const count = points.length / 2;
  const stride = Math.ceil(count / 220);
  ink.lineCap = ink.lineJoin = "round";
  for (let i = 0; i < count; i += stride) {
    const [x, y] = [toX(points[2 * i]), toY(points[2 * i + 1])];
    let [dx, dy] = [arrows[2 * i] * pixels, -arrows[2 * i + 1] * pixels];
    const length = Math.hypot(dx, dy);
    if (!(length > 1.5) || x !== x) continue;
    const cut = Math.min(1, 46 / length);
    [dx, dy] = [dx * cut, dy * cut];
    const head = Math.min(6, length * cut * 0.45);
    const [ux, uy] = [dx / (length * cut), dy / (length * cut)];
    ink.beginPath();
    ink.moveTo(x, y);
    ink.lineTo(x + dx, y + dy);
    ink.moveTo(x + dx - head * (ux + 0.55 * uy), y + dy - head * (uy - 0.55 * ux));
    ink.lineTo(x + dx, y + dy);
    ink.lineTo(x + dx - head * (ux - 0.55 * uy), y + dy - head * (uy + 0.55 * ux));
    ink.globalAlpha = strength * 0.8;
    ink.strokeStyle = rim;
    ink.lineWidth = 3;
    ink.stroke();
    ink.globalAlpha = strength;
    ink.strokeStyle = colour;
    ink.lineWidth = 1.4;
    ink.stroke();
  }
  ink.globalAlpha = 1;
}
