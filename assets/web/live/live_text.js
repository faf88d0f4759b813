// The text of a live recording: final sentences, and the passing text that they replace.

/**
 * @typedef {{id: number, start_ms: number, end_ms: number, text: string, speaker: number|null}} Sentence
 * @typedef {{segment: number, start_ms: number, text: string, firm: number, speaker: number|null,
 *   heard_ms: number}} Passing
 * @typedef {{speaker: number|null, start_ms: number, sentences: Sentence[]}} Turn
 */

export class LiveText {
  /** @type {Passing|null} */
  passing = null;
  heardMs = 0; // how far the text reaches
  #segments = new Map(); // number → sentences
  #sentences = null; // all in order, null after a change
  #lastFinal = -1;

  /**
   * Take a message of the server.
   * @returns {boolean} whether the text has changed
   */
  apply(message) {
    if (message.type === "partial") return this.#pass(message);
    if (message.type === "final") return this.#finish(message);
    if (message.type === "speakers") return this.#changeSpeakers(message);
    return false;
  }

  /** @returns {Sentence[]} the final sentences in order */
  get sentences() {
    this.#sentences ??= [...this.#segments.keys()]
      .sort((a, b) => a - b)
      .flatMap((segment) => this.#segments.get(segment));
    return this.#sentences;
  }

  /** @returns {Turn[]} consecutive final sentences of one speaker */
  get turns() {
    const turns = [];
    for (const sentence of this.sentences) {
      const last = turns.at(-1);
      if (last && last.speaker === sentence.speaker) last.sentences.push(sentence);
      else {
        const { speaker, start_ms: startMs } = sentence;
        turns.push({ speaker, start_ms: startMs, sentences: [sentence] });
      }
    }
    return turns;
  }

  /** Return the speaking time of each speaker, in order of their numbers. */
  get speakingTimes() {
    const times = new Map();
    for (const { speaker, start_ms: start, end_ms: end } of this.sentences)
      if (speaker !== null) times.set(speaker, (times.get(speaker) ?? 0) + end - start);
    return [...times]
      .map(([speaker, ms]) => ({ speaker, ms }))
      .sort((a, b) => a.speaker - b.speaker);
  }

  /** Return who speaks at a time: a number, null for somebody unknown, undefined for nobody yet. */
  speakerAt(ms) {
    const { passing } = this;
    if (passing !== null && ms >= passing.start_ms)
      return ms < passing.heard_ms ? passing.speaker : undefined;
    const found = this.sentences.findLast((each) => each.start_ms <= ms);
    return found && ms < found.end_ms ? found.speaker : undefined;
  }

  #pass(message) {
    if (message.segment <= this.#lastFinal) return false;
    this.passing = message.text === "" ? null : message;
    this.heardMs = Math.max(this.heardMs, message.heard_ms);
    return true;
  }

  #finish({ segment, sentences }) {
    this.#segments.set(segment, sentences);
    this.#sentences = null;
    this.#lastFinal = Math.max(this.#lastFinal, segment);
    if (this.passing !== null && this.passing.segment <= segment) this.passing = null;
    this.heardMs = Math.max(this.heardMs, sentences.at(-1)?.end_ms ?? 0);
    return true;
  }

  #changeSpeakers({ changes }) {
    const speakers = new Map(changes.map(({ id, speaker }) => [id, speaker]));
    for (const sentences of this.#segments.values())
      for (const sentence of sentences)
        if (speakers.has(sentence.id)) sentence.speaker = speakers.get(sentence.id);
    return changes.length > 0;
  }
}
