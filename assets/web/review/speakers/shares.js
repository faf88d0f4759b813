// How long each speaker talks, and who has a name.

/**
 * @import { Speaker } from "../../api/payloads.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 */

/**
 * Return the total duration of each speaker's rows in milliseconds, without rejected rows.
 * @param {Pick<ReviewModel, "rows">} model
 * @returns {Map<string, number>}
 */
export function talkTimes(model) {
  const talk = new Map();
  for (const row of model.rows) {
    if (row.speaker_id === null || row.status === "rejected") continue;
    talk.set(row.speaker_id, (talk.get(row.speaker_id) ?? 0) + row.end_ms - row.start_ms);
  }
  return talk;
}

const folded = (name) => name.normalize("NFKC").trim().toLowerCase();

/**
 * Return the id of the speaker that the page shows under a name, whatever its case; null if none.
 * @param {Speaker[]} speakers
 * @param {string} name
 * @param {(speakerId: string) => string} nameOf
 */
export function holderOfName(speakers, name, nameOf) {
  const wanted = folded(name);
  if (wanted === "") return null;
  return speakers.find((each) => folded(nameOf(each.id)) === wanted)?.id ?? null;
}
