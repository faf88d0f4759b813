// Highlights in the text of rows, without changing elements: the word being played, doubtful words,
// words that a language model changed.

/**
 * @import { TokenPayload } from "../../api/payloads.d.ts"
 */

const SPOKEN = "ss-spoken-word";
const DOUBTFUL = "ss-doubtful-word";
const BY_MODEL = "ss-model-word"; // the language model chose it
const FOUND = "ss-found-words";
const FOUND_NOW = "ss-found-now"; // the hit that find and replace shows
const SAID = /[\p{L}\p{N}]/u; // not punctuation alone
const DOUBTFUL_BELOW = 0.5; // confidence
const HAN = /\p{Script=Han}/u;
const OUTER = /^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu; // spaces and punctuation around a word

/** Return the range [from, to) of each token in the text; null for a token that is not in it. */
export function tokenPlaces(text, tokens) {
  let from = 0;
  return tokens.map(([, , raw]) => {
    const word = raw.trim();
    const at = word === "" ? -1 : text.indexOf(word, from);
    if (at < 0) return null;
    from = at + word.length;
    return [at, from];
  });
}

export class TextMarks {
  #places = new Map(); // row id → {text, tokens, places}
  /** @type {number[][]|null} times of the doubtful Chinese words, sorted; null if unknown */
  #judged = null;
  #highlights = typeof Highlight === "function" && CSS.highlights ? CSS.highlights : null;

  /**
   * @param {string} id
   * @param {string} text
   * @param {TokenPayload[]} tokens
   */
  setTokens(id, text, tokens) {
    this.#places.set(id, { text, tokens, places: tokenPlaces(text, tokens) });
  }

  /**
   * Set which Chinese words are doubtful, in place of the recogniser's own probabilities.
   * @param {number[][]} times start and end of each, sorted, disjoint
   */
  judge(times) {
    this.#judged = times;
  }

  /** @returns {boolean} whether a token is doubtful; never after a person changed it */
  #isDoubtful([start, end, text, confidence]) {
    if (confidence === null) return false;
    if (this.#judged === null || !HAN.test(text)) return confidence < DOUBTFUL_BELOW;
    const place = lastUpTo(this.#judged, start);
    return place !== undefined && end <= place[1];
  }

  hasTokens(id, text) {
    return this.#places.get(id)?.text === text;
  }
  forget(id) {
    this.#places.delete(id);
  }

  /** Return the start in ms of the token at a character; null if unknown. */
  timeAt(id, offset) {
    const known = this.#places.get(id);
    if (known === undefined) return null;
    const index = known.places.findIndex((place) => place !== null && offset < place[1]);
    return index < 0 ? null : known.tokens[index][0];
  }

  /** Return the range [from, to) of the least certain words with doubtful neighbours; null if none. */
  doubtfulPlace(id) {
    const known = this.#places.get(id);
    const isDoubtful = (i) =>
      Boolean(known.places[i]) &&
      SAID.test(known.tokens[i][2]) &&
      this.#isDoubtful(known.tokens[i]);
    const doubtful = known?.tokens.map((_, i) => i).filter(isDoubtful) ?? [];
    if (doubtful.length === 0) return null;
    let first = doubtful.reduce((worst, i) =>
      known.tokens[i][3] < known.tokens[worst][3] ? i : worst,
    );
    let last = first;
    while (isDoubtful(first - 1)) first -= 1;
    while (isDoubtful(last + 1)) last += 1;
    const [from, to] = [known.places[first][0], known.places[last][1]];
    const marks = known.text.slice(from, to).match(/[^\p{L}\p{M}\p{N}]*$/u)[0]; // without the punctuation that follows
    return [from, to - marks.length];
  }

  /** Return the start of the first and the end of the last token in ms; null if unknown. */
  timesOf(id) {
    const tokens = this.#places.get(id)?.tokens ?? [];
    return tokens.length === 0 ? null : [tokens[0][0], Math.max(...tokens.map(([, end]) => end))];
  }

  /**
   * Return the range [from, to) of the tokens of a time if they say a text; null if not.
   * @returns {[number, number]|null}
   */
  placeOf(id, start, end, text) {
    const known = this.#places.get(id);
    const inside = (known?.tokens ?? []).flatMap(([first, last], i) =>
      start <= first && last <= end && known.places[i] ? [known.places[i]] : [],
    );
    if (inside.length === 0) return null;
    const [from] = inside[0];
    return known.text.startsWith(text, from) ? [from, from + text.length] : null;
  }

  /** Return the end of the word at a time; null if there is none. */
  placeAt(id, ms) {
    const known = this.#places.get(id);
    const index = known?.tokens.findIndex(([start, end]) => start <= ms && ms < end) ?? -1;
    return index < 0 ? null : (known.places[index]?.[1] ?? null);
  }

  showSpoken(id, node, ms) {
    if (this.#highlights === null) return;
    const known = this.#places.get(id);
    const index = known?.tokens.findIndex(([start, end]) => start <= ms && ms < end) ?? -1;
    const range = index < 0 || !known.places[index] ? null : rangeIn(node, known.places[index]);
    if (range === null) this.#highlights.delete(SPOKEN);
    else this.#highlights.set(SPOKEN, new Highlight(range));
  }

  /** @param {Iterable<[string, Element]>} drawn row ids and their text elements */
  showDoubtful(drawn) {
    this.#show(DOUBTFUL, drawn, (token) => this.#isDoubtful(token));
  }

  /**
   * Mark the words that a language model changed.
   * @param {Iterable<[string, Element]>} drawn row ids and their text elements
   */
  showModelWords(drawn) {
    this.#show(BY_MODEL, drawn, isByModel);
  }

  /**
   * Return the word at a character that a language model changed, and the text without the model,
   * which may be empty; null if it did not change it.
   * @returns {{word: string, without: string}|null}
   */
  modelWordAt(id, offset) {
    const known = this.#places.get(id);
    const at = known?.tokens.findIndex(
      (token, i) =>
        isByModel(token) &&
        known.places[i] !== null &&
        known.places[i][0] <= offset &&
        offset < known.places[i][1],
    );
    if (at === undefined || at < 0) return null;
    const [, , word, , without] = known.tokens[at];
    return { word: word.replace(OUTER, ""), without };
  }

  /** Return whether a language model changed a word of a row. */
  hasModelWords(id) {
    return this.#places.get(id)?.tokens.some(isByModel) ?? false;
  }

  /** Mark the chosen tokens of drawn rows. */
  #show(name, drawn, isChosen) {
    if (this.#highlights === null) return;
    const ranges = [];
    for (const [id, node] of drawn) {
      const known = this.#places.get(id);
      known?.tokens.forEach((token, i) => {
        if (!known.places[i] || !isChosen(token)) return;
        const range = rangeIn(node, known.places[i]);
        if (range !== null) ranges.push(range);
      });
    }
    if (ranges.length > 0) this.#highlights.set(name, new Highlight(...ranges));
    else this.#highlights.delete(name);
  }

  /**
   * Mark the places of some words.
   * @param {Iterable<[string, Element]>} drawn row ids and their text elements
   * @param {string} words "" removes the marks
   * @param {{id: string, at: number}|null} now the place that is marked as the present one
   */
  showFound(drawn, words, now) {
    if (this.#highlights === null) return;
    const ranges = { [FOUND]: [], [FOUND_NOW]: [] };
    for (const [id, node] of words === "" ? [] : drawn) {
      const text = node?.textContent ?? "";
      for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
        const range = rangeIn(node, [at, at + words.length]);
        const isNow = now !== null && now.id === id && now.at === at;
        if (range !== null) ranges[isNow ? FOUND_NOW : FOUND].push(range);
      }
    }
    for (const [name, found] of Object.entries(ranges))
      if (found.length > 0) this.#highlights.set(name, new Highlight(...found));
      else this.#highlights.delete(name);
  }

  dispose() {
    for (const name of [SPOKEN, DOUBTFUL, BY_MODEL, FOUND, FOUND_NOW])
      this.#highlights?.delete(name);
  }
}

/** @param {TokenPayload} token */
const isByModel = ([, , , , without]) => without !== undefined;

/**
 * Return the last time that starts at or before a moment; undefined if there is none.
 * @param {number[][]} times sorted
 */
function lastUpTo(times, ms) {
  let [from, to] = [0, times.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (times[middle][0] <= ms) from = middle + 1;
    else to = middle;
  }
  return times[from - 1];
}

function rangeIn(node, [from, to]) {
  const words = node?.firstChild;
  if (!(words instanceof Text) || to > words.length) return null;
  const range = new StaticRange({
    startContainer: words,
    startOffset: from,
    endContainer: words,
    endOffset: to,
  });
  return range;
}
