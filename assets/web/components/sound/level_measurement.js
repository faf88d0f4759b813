// Measures the level of a microphone's stream.

const LEVEL_MS = 80;
const FFT_SIZE = 1024;
const LOUDEST_DB = 0;
const QUIETEST_DB = -60;

/** Return the level of samples in [-1, 1] as a share of the range from -60 to 0 dB. */
export function levelOf(samples) {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  const db = 10 * Math.log10(power / Math.max(1, samples.length) + 1e-9);
  return Math.min(1, Math.max(0, (db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)));
}

export class LevelMeasurement {
  #context = new AudioContext();
  #timer = 0;

  /**
   * @param {MediaStream} stream
   * @param {(level: number) => void} onLevel gets the present level, 0 to 1, every LEVEL_MS
   */
  constructor(stream, onLevel) {
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = FFT_SIZE;
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(FFT_SIZE);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      onLevel(levelOf(samples));
    }, LEVEL_MS);
  }

  /** Stop measuring; the stream stays open. */
  stop() {
    clearInterval(this.#timer);
    this.#context.close();
  }
}
