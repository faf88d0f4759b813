// Other words for the doubtful words of a transcript, and for any word on request.

/**
 * @import { WordCandidates } from "../../api/payloads.d.ts"
 * @import { TextMarks } from "./text_marks.js"
 */

import { getJson } from "../../api/server.js";

/**
 * @typedef {object} Offered
 * @property {[number, number]} place range [from, to) in the text of the row
 * @property {string[]} words that may stand there instead, the most probable first
 */

const MOST_WORDS = 3;
const MOST_ASKED = 2; // of these before the first of the stored ones

/**
 * Return words of two offers for one place; the first offer alone if neither place contains the other.
 * @param {string} text of the row
 * @param {Offered} asked
 * @param {Offered} stored
 * @returns {Offered}
 */
export function mergedOffers(text, asked, stored) {
  const from = Math.min(asked.place[0], stored.place[0]);
  const to = Math.max(asked.place[1], stored.place[1]);
  const isWhole = ({ place }) => place[0] === from && place[1] === to;
  if (!isWhole(asked) && !isWhole(stored)) return asked;
  const inPlace = ({ place, words }) =>
    words.map((word) => text.slice(from, place[0]) + word + text.slice(place[1], to));
  const [sounding, considered] = [inPlace(asked), inPlace(stored)];
  const ranked = [
    ...sounding.slice(0, MOST_ASKED),
    ...considered.slice(0, 1),
    ...sounding.slice(MOST_ASKED),
    ...considered,
  ];
  return { place: [from, to], words: [...new Set(ranked)].slice(0, MOST_WORDS) };
}

export class WordCandidatesOf {
  /** @type {WordCandidates[]} sorted by start */
  #stored = [];

  /** @param {{transcriptId: string, marks: TextMarks}} options */
  constructor({ transcriptId, marks }) {
    this.transcriptId = transcriptId;
    this.marks = marks;
  }

  /** Load what was stored with the transcript. */
  async load(signal) {
    const path = /** @type {const} */ (`transcripts/${this.transcriptId}/candidates`);
    const found = await getJson(path, { signal }).catch(() => ({ candidates: [] }));
    this.#stored = found.candidates;
    if (found.candidates.length > 0)
      this.marks.judge(found.candidates.map((each) => [each[0], each[1]]));
  }

  /**
   * Return what was stored for a place of a row; null for nothing.
   * @param {string} id of the row
   * @param {[number, number]} place range [from, to) in its text
   * @returns {Offered|null}
   */
  storedAt(id, [from, to]) {
    const span = this.marks.timesOf(id);
    if (span === null) return null;
    for (const [start, end, text, words] of this.#stored) {
      if (words.length === 0 || start < span[0] || end > span[1]) continue;
      const place = this.marks.placeOf(id, start, end, text);
      if (place !== null && place[0] < Math.max(to, from + 1) && from < place[1])
        return { place, words };
    }
    return null;
  }

  /**
   * Ask the server for words that sound like a part of a row.
   * @param {string} id of the row
   * @param {string} text of the row
   * @param {[number, number]} place range [from, to) in it
   * @param {AbortSignal} signal
   * @returns {Promise<Offered|null>} null without any, or if the server cannot be reached
   */
  async ask(id, text, place, signal) {
    const [from, to] = [place[0], place[1]].map((at) => [...text.slice(0, at)].length); // code points
    const path = /** @type {const} */ (
      `transcripts/${this.transcriptId}/candidates/${id}/${from}-${to}`
    );
    const found = await getJson(path, { signal }).catch(() => null);
    if (found === null || found.candidates.length === 0) return null;
    const offset = (at) => [...text].slice(0, at).join("").length;
    return { place: [offset(found.span[0]), offset(found.span[1])], words: found.candidates };
  }
}
