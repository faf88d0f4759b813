// Resamples the sound of a device to 16 kHz, with exact positions: no drift however long it runs.

export const RATE = 16_000;
const KAISER_BETA = 6; // 63 dB
const HALF_WIDTH = 48; // input samples, at rates up to WIDE_FROM
const WIDE_FROM = 48_000;
const CUT_OFF_HZ = 8_000;
const CUT_OFF_SHARE = 0.95; // of half the input rate
const MAX_EXACT_PHASES = 1_000;
const TABLE_PHASES = 512; // between them coefficients are interpolated; the error is below -100 dB

/**
 * A filter bank of windowed sinc functions. The output is delayed by half the filter's length, less
 * than 6 ms, so that after N input samples there are N · 16000 / rate output samples.
 */
export class Resampler {
  #step; // input samples per output sample, as whole part and rest of #den
  #rest;
  #den;
  #phases;
  #taps;
  #table;
  #history; // input samples that later outputs need
  #skip = 0; // input samples before the newest one that the next output needs
  #fraction = 0; // in #den parts of an input sample

  /** @param {number} rate samples per second of the input, a whole number */
  constructor(rate) {
    const divisor = gcd(rate, RATE);
    this.#den = RATE / divisor;
    this.#step = Math.floor(rate / RATE);
    this.#rest = (rate / divisor) % this.#den;
    this.isCopy = rate === RATE;
    const half = Math.ceil(HALF_WIDTH * Math.max(1, rate / WIDE_FROM));
    this.#taps = 2 * half + 1;
    this.#phases = this.#den <= MAX_EXACT_PHASES ? this.#den : TABLE_PHASES;
    this.#table = this.isCopy ? null : filterTable(rate, half, this.#phases);
    this.#history = new Float32Array(this.#taps - 1);
  }

  /**
   * Return the output samples up to the newest input sample.
   * @param {Float32Array} samples
   * @returns {Float32Array}
   */
  push(samples) {
    if (this.isCopy) return samples.slice();
    const input = new Float32Array(this.#history.length + samples.length);
    input.set(this.#history);
    input.set(samples, this.#history.length);
    const output = [];
    while (this.#skip < samples.length) {
      output.push(this.#filtered(input, this.#skip));
      this.#skip += this.#step;
      this.#fraction += this.#rest;
      if (this.#fraction >= this.#den) {
        this.#fraction -= this.#den;
        this.#skip += 1;
      }
    }
    this.#skip -= samples.length;
    this.#history = input.slice(input.length - this.#history.length);
    return Float32Array.from(output);
  }

  /** Return the output for the samples from `start` on, at the present fraction. */
  #filtered(input, start) {
    const phase = (this.#fraction * this.#phases) / this.#den;
    const row = Math.floor(phase);
    const low = this.#sum(input, start, row);
    const weight = phase - row;
    return weight === 0 ? low : low + weight * (this.#sum(input, start, row + 1) - low);
  }

  #sum(input, start, row) {
    const offset = row * this.#taps;
    let sum = 0;
    for (let i = 0; i < this.#taps; i++) sum += input[start + i] * this.#table[offset + i];
    return sum;
  }
}

/** Return one row of filter coefficients for each phase, and one more for a whole sample. */
function filterTable(rate, half, phases) {
  const taps = 2 * half + 1;
  const table = new Float32Array((phases + 1) * taps);
  const cutOff = Math.min((rate / 2) * CUT_OFF_SHARE, CUT_OFF_HZ) / rate;
  for (let phase = 0; phase <= phases; phase++) {
    const row = table.subarray(phase * taps, (phase + 1) * taps);
    for (let i = 0; i < taps; i++) {
      const distance = i - half - phase / phases;
      row[i] = sinc(2 * cutOff * distance) * kaiser(distance / (half + 1));
    }
    const gain = row.reduce((sum, each) => sum + each, 0);
    for (let i = 0; i < taps; i++) row[i] /= gain;
  }
  return table;
}

function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Return the Kaiser window at a distance from its centre, in -1 to 1. */
function kaiser(distance) {
  return bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - distance * distance)));
}

/** Return the modified Bessel function of the first kind and order 0. */
function bessel(x) {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function gcd(a, b) {
  return b === 0 ? a : gcd(b, a % b);
}
