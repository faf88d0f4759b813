// Turns of the transcript: consecutive shown sentences of one speaker, and overlapping speech.

/**
 * @import { ReviewModel } from "../edits/model.js"
 * @import { Overlap, TurnPlace } from "../../types.d.ts"
 */

const LEAST_OVERLAP_MS = 200; // a shorter one is the inaccuracy of sentence times
const LOOK_BACK = 6; // earlier rows that may still be spoken

/**
 * Return where a shown sentence stands in its turn.
 * @param {string[]} visible ids of the shown rows in order
 * @param {number} index
 * @param {ReviewModel} model
 * @returns {TurnPlace}
 */
export function turnPlace(visible, index, model) {
  const speaker = model.row(visible[index]).speaker_id;
  const isOther = (id) => id === undefined || model.row(id)?.speaker_id !== speaker;
  return {
    isFirst: isOther(visible[index - 1]),
    isLast: isOther(visible[index + 1]),
    overlap: overlapOf(model, visible[index]),
  };
}

/**
 * Return the longest overlap of a sentence with one of another speaker; null if there is none.
 * @param {ReviewModel} model
 * @param {string} id
 * @returns {Overlap|null}
 */
export function overlapOf(model, id) {
  const { order } = model;
  const at = model.indexOf(id);
  const row = model.row(id);
  let found = null;
  const compare = (other, isLater) => {
    const ms = Math.min(row.end_ms, other.end_ms) - Math.max(row.start_ms, other.start_ms);
    if (other.speaker_id !== row.speaker_id && ms >= LEAST_OVERLAP_MS && ms > (found?.ms ?? 0))
      found = { speaker: other.speaker_id, ms, isLater };
  };
  for (let i = at - 1; i >= Math.max(0, at - LOOK_BACK); i--) compare(model.row(order[i]), false);
  for (let i = at + 1; i < order.length; i++) {
    const next = model.row(order[i]);
    if (next.start_ms >= row.end_ms) break;
    compare(next, true);
  }
  return found;
}
