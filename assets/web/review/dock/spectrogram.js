// The spectrogram of the section in view, from the server's tiles, in the ink of the theme.

import { onThemeChange, themeValue } from "../../components/theme.js";

const TILE_MS = 10_000;
const NUM_BANDS = 128;
const COLUMN_MS = 10;
const MOST_TILES = 40; // kept, 128 kB each
const AT_A_TIME = 3; // requests

/** Return the numbers of the tiles that a section shows. */
export function tilesOf({ fromMs, spanMs }, durationMs) {
  const last = Math.floor((Math.min(durationMs, fromMs + spanMs) - 1) / TILE_MS);
  const tiles = [];
  for (let tile = Math.floor(fromMs / TILE_MS); tile <= last; tile++) tiles.push(tile);
  return tiles;
}

/**
 * Return RGBA pixels in one colour, as opaque as the levels.
 * @param {Uint8Array} levels
 * @param {[number, number, number]} color
 */
export function inkPixels(levels, [red, green, blue]) {
  const pixels = new Uint8ClampedArray(4 * levels.length);
  levels.forEach((level, i) => pixels.set([red, green, blue, level], 4 * i));
  return pixels;
}

/**
 * Return the parts of a colour such as "#14201d".
 * @returns {[number, number, number]}
 */
export function partsOf(color) {
  const part = (at) => parseInt(color.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

export class Spectrogram {
  /** @type {Map<number, {levels: Uint8Array, picture: HTMLCanvasElement|null}>} oldest use first */
  #tiles = new Map();
  /** @type {Set<number>} tiles on their way */
  #asked = new Set();
  /** @type {Set<number>} tiles that the server does not have */
  #missing = new Set();
  #wanted = [];
  #aborter = new AbortController();

  /** @param {{load: (tile: number, signal: AbortSignal) => Promise<Uint8Array>, durationMs: () => number, onLoad: () => void}} options */
  constructor(options) {
    this.options = options;
    this.endTheme = onThemeChange(() => {
      for (const tile of this.#tiles.values()) tile.picture = null;
    });
  }

  dispose() {
    this.#aborter.abort();
    this.endTheme();
  }

  /** Ask again for tiles that were missing, once there is audio. */
  retry() {
    this.#missing.clear();
    this.options.onLoad();
  }

  /**
   * Draw the section; tiles that are not loaded are asked for, and `onLoad` is called then.
   * @param {CanvasRenderingContext2D} pen
   * @param {{top: number, height: number, width: number}} box
   * @param {{fromMs: number, spanMs: number}} view
   */
  draw(pen, box, view) {
    const shown = tilesOf(view, this.options.durationMs());
    const perMs = box.width / view.spanMs;
    for (const number of shown) {
      const tile = this.#tiles.get(number);
      if (tile === undefined) continue;
      tile.picture ??= pictureOf(tile.levels);
      const left = (number * TILE_MS - view.fromMs) * perMs;
      const width = tile.picture.width * COLUMN_MS * perMs;
      pen.drawImage(tile.picture, left, box.top, width, box.height);
    }
    this.#wanted = shown.filter((each) => !this.#tiles.has(each) && !this.#missing.has(each));
    this.#forgetOthers(shown);
    this.#loadNext();
  }

  #forgetOthers(shown) {
    for (const number of shown) {
      const tile = this.#tiles.get(number);
      if (tile === undefined) continue;
      this.#tiles.delete(number);
      this.#tiles.set(number, tile);
    }
    for (const number of this.#tiles.keys()) {
      if (this.#tiles.size <= MOST_TILES) return;
      this.#tiles.delete(number);
    }
  }

  #loadNext() {
    for (const number of this.#wanted) {
      if (this.#asked.size >= AT_A_TIME) return;
      if (!this.#asked.has(number)) this.#load(number);
    }
  }

  async #load(number) {
    this.#asked.add(number);
    const { signal } = this.#aborter;
    const levels = await this.options.load(number, signal).catch(() => null);
    this.#asked.delete(number);
    if (signal.aborted) return;
    if (levels === null) this.#missing.add(number);
    else this.#tiles.set(number, { levels, picture: null });
    this.options.onLoad();
  }
}

function pictureOf(levels) {
  const picture = document.createElement("canvas");
  [picture.width, picture.height] = [levels.length / NUM_BANDS, NUM_BANDS];
  const pixels = inkPixels(levels, partsOf(themeValue("--ink")));
  picture.getContext("2d").putImageData(new ImageData(pixels, picture.width), 0, 0);
  return picture;
}
