// Loads the changes of a transcript by this page, other tabs and other people.

/**
 * @import { Transcript, TranscriptChanges } from "../../api/payloads.d.ts"
 * @import { ReviewModel } from "./model.js"
 */

import { Refused, getJson } from "../../api/server.js";

const POLL_MS = 3_000;
const RETRY_MS = 250;

export class ChangesFeed {
  #aborter = new AbortController();
  #timer = 0;
  /** @type {Promise<boolean>|null} */
  #loading = null;

  /**
   * @param {{view: Transcript, model: ReviewModel, hasUnsent: () => boolean, onMerged: (answer: TranscriptChanges) => void}} options
   *   view: the transcript as first loaded
   */
  constructor({ view, model, hasUnsent, onMerged }) {
    this.revision = view.revision;
    this.transcriptId = view.id;
    this.model = model;
    this.hasUnsent = hasUnsent;
    this.onMerged = onMerged;
  }

  start() {
    window.addEventListener("focus", () => this.catchUp(), { signal: this.#aborter.signal });
    this.#poll();
  }

  dispose() {
    this.#aborter.abort();
    clearTimeout(this.#timer);
  }

  /**
   * Merge an answer of the server into the model.
   * @param {string|null} editId the answered edit
   */
  merge(answer, editId = null) {
    if (answer.revision <= this.revision) return this.model.discardOptimistic(editId);
    this.revision = answer.revision;
    this.model.mergeChanges(answer, editId);
    return this.onMerged(answer);
  }

  /**
   * Load the changes since the last revision, unless edits of this page wait for their answers.
   * @returns {Promise<boolean>} whether the server answered; if not, the next poll tries again
   */
  catchUp() {
    this.#loading ??= this.#load().finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** Wait until all that the server stored before this call is merged, or the page is closed. */
  async upToDate() {
    await this.#loading; // it may have read the server before
    while (!this.#aborter.signal.aborted && !(await this.catchUp()))
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  async #load() {
    if (this.hasUnsent()) return false;
    try {
      this.merge(
        await getJson(`transcripts/${this.transcriptId}/changes/${this.revision}`, {
          signal: this.#aborter.signal,
        }),
      );
      return true;
    } catch (error) {
      return error instanceof Refused && error.status < 500;
    }
  }

  async #poll() {
    if (this.#aborter.signal.aborted) return;
    if (!document.hidden) await this.catchUp();
    this.#timer = setTimeout(() => this.#poll(), POLL_MS);
  }
}
