// List of recordings, brought up to date by the changes that the server sends.

/**
 * @import { Recording, RecordingChanges } from "./payloads.d.ts"
 */

export class RecordingList {
  /** @type {Recording[]|null} the newest first; null until the first answer */
  all = null;
  #version = "";

  /**
   * Path of the request for the changes since the last answer.
   * @returns {`recordings?since=${string}`}
   */
  get path() {
    return `recordings?since=${encodeURIComponent(this.#version)}`;
  }

  /**
   * Apply an answer of the server.
   * @param {RecordingChanges} answer
   */
  apply({ version, is_complete, recordings, removed }) {
    this.#version = version;
    this.all = is_complete || this.all === null ? recordings : this.#merged(recordings, removed);
  }

  /** Return the list with changed recordings in their places and added ones in front. */
  #merged(recordings, removed) {
    const changed = new Map(recordings.map((each) => [each.id, each]));
    const gone = new Set(removed);
    const kept = [];
    for (const each of this.all) {
      if (!gone.has(each.id)) kept.push(changed.get(each.id) ?? each);
      changed.delete(each.id);
    }
    return [...changed.values(), ...kept];
  }
}
