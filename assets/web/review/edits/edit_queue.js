// Sends edits to the server: one at a time, in order, repeated until it answers.
//
// Unanswered edits are in the browser's storage, so that a crash or a reload does not lose them.
// Each edit has its own id: sent twice, it is applied once.

/**
 * @import { EditRequest, TranscriptChanges } from "../../api/payloads.d.ts"
 * @import { QueuedEdit, RowFields } from "../../types.d.ts"
 */

import { readStorage, writeStorage, storedKeys } from "../../api/browser_storage.js";
import { Refused, sendJson } from "../../api/server.js";

const STORED = "speaker-studio:unsent";
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

export const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

/** Fires "answer" {edit, answer}, "refused" {edit, refusal}, "offline", "online", and "length". */
export class EditQueue extends EventTarget {
  /** @type {QueuedEdit[]} */
  #edits = [];
  #sending = false;
  #retryMs = FIRST_RETRY_MS;
  #timer = 0;
  #isDisposed = false;
  #announced = 0; // edits that `announce` waits for
  offline = false;

  /**
   * @param {string} transcriptId
   * @param {() => number} base returns the revision that this page shows
   */
  constructor(transcriptId, base) {
    super();
    this.base = base;
    this.transcriptId = transcriptId;
    this.key = `${STORED}:${transcriptId}:${newId().slice(0, 8)}`;
    this.prefix = `${STORED}:${transcriptId}:`;
    window.addEventListener("online", this.#sendNow);
  }

  get length() {
    return this.#edits.length;
  }

  /** The number of edits without an answer, with those that are announced. */
  get unsaved() {
    return this.#edits.length + this.#announced;
  }

  /**
   * Count an edit as not saved from now on, until its author pushed it.
   * @param {() => Promise<void>} push
   */
  async announce(push) {
    this.#announced += 1;
    this.#emit("length");
    try {
      await push();
    } finally {
      this.#announced -= 1;
      this.#emit("length");
    }
  }

  /** Wait until every edit is answered, or the server does not answer. */
  async settled() {
    while (this.unsaved > 0 && !this.offline && !this.#isDisposed)
      await new Promise((resolve) => {
        for (const what of ["length", "offline"])
          this.addEventListener(what, resolve, { once: true });
      });
  }

  /** Return and send the unanswered edits of earlier pages; the server applies each once. */
  adopt() {
    const keys = storedKeys(this.prefix).filter((key) => key !== this.key);
    const found = keys.flatMap((key) => readStorage(key) ?? []);
    for (const edit of found)
      if (!this.#edits.some((each) => each.id === edit.id)) this.#edits.push(edit);
    if (this.#store()) keys.forEach((key) => writeStorage(key, null));
    this.#sendNext();
    return found;
  }

  /**
   * @param {EditRequest} request
   * @param {Record<string, RowFields>} fields values that the page shows until the answer, by row id
   * @param {string[]} rows ids of the rows that the author saw
   */
  push(request, fields = {}, rows = Object.keys(fields)) {
    const edit = { id: newId(), base: this.base(), request, fields, rows };
    this.#edits.push(edit);
    this.#store();
    this.#sendNext();
    return edit;
  }

  dispose() {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    window.removeEventListener("online", this.#sendNow);
  }

  #sendNow = () => {
    clearTimeout(this.#timer);
    this.#sendNext();
  };

  async #sendNext() {
    if (this.#sending || this.#isDisposed || this.#edits.length === 0) return;
    this.#sending = true;
    const [edit] = this.#edits;
    const { id, base, request } = edit;
    try {
      const answer = await sendJson("POST", `transcripts/${this.transcriptId}/edits`, {
        ...request,
        client_edit_id: id,
        base,
      });
      this.#markOnline();
      this.#drop(edit, answer);
      this.#emit("answer", { edit, answer });
    } catch (error) {
      if (error instanceof Refused && error.status < 500) {
        this.#markOnline();
        this.#drop(edit);
        this.#emit("refused", { edit, refusal: error });
      } else {
        this.#retryLater();
      }
    }
    this.#sending = false;
    if (!this.offline) this.#sendNext();
  }

  /**
   * Remove an edit. Later edits are based on its outcome, so they get the answer's revision, unless
   * another person changed one of their rows.
   */
  #drop(edit, /** @type {TranscriptChanges|null} */ answer = null) {
    this.#edits.shift();
    if (answer !== null) {
      const changed = [...answer.utterances.map((each) => each.id), ...answer.removed];
      const foreign = new Set(changed.filter((id) => !edit.rows.includes(id)));
      for (const each of this.#edits)
        if (each.base === edit.base && !each.rows.some((id) => foreign.has(id)))
          each.base = answer.revision;
    }
    this.#store();
  }

  #markOnline() {
    this.#retryMs = FIRST_RETRY_MS;
    if (!this.offline) return;
    this.offline = false;
    this.#emit("online");
  }

  #retryLater() {
    if (!this.offline) {
      this.offline = true;
      this.#emit("offline");
    }
    this.#timer = setTimeout(() => this.#sendNext(), this.#retryMs);
    this.#retryMs = Math.min(LONGEST_RETRY_MS, 2 * this.#retryMs);
  }

  #store() {
    const isStored = writeStorage(this.key, this.#edits.length > 0 ? this.#edits : null);
    this.#emit("length");
    return isStored;
  }

  #emit(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
