// Loads the changes of a transcript by this page, other tabs and other people.

/**
 * @import { Transcript, TranscriptChanges } from "../../api/payloads.d.ts"
 * @import { ReviewModel } from "./model.js"
 */

import { getJson } from "../../api/server.js";

const POLL_MS = 3_000;

export class ChangesFeed {
  #gone = new AbortController();
  #timer = 0;
  #asking = false;

  /**
   * @param {{view: Transcript, model: ReviewModel, hasUnsent: () => boolean, onTaken: (answer: TranscriptChanges) => void}} options
   *   view: the transcript as first loaded
   */
  constructor({ view, model, hasUnsent, onTaken }) {
    this.revision = view.revision;
    this.transcriptId = view.id;
    this.model = model;
    this.hasUnsent = hasUnsent;
    this.onTaken = onTaken;
  }

  start() {
    window.addEventListener("focus", () => this.catchUp(), { signal: this.#gone.signal });
    this.#poll();
  }

  dispose() {
    this.#gone.abort();
    clearTimeout(this.#timer);
  }

  /**
   * Merge an answer of the server into the model.
   * @param {string|null} editId the answered edit
   */
  take(answer, editId = null) {
    if (answer.revision <= this.revision) return this.model.discardOptimistic(editId);
    this.revision = answer.revision;
    this.model.mergeChanges(answer, editId);
    return this.onTaken(answer);
  }

  /** Load the changes since the last revision. */
  async catchUp() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      if (!this.hasUnsent())
        this.take(
          await getJson(`transcripts/${this.transcriptId}/changes/${this.revision}`, {
            signal: this.#gone.signal,
          }),
        );
    } catch {
      /* tried again with the next poll */
    }
    this.#asking = false;
  }

  async #poll() {
    if (this.#gone.signal.aborted) return;
    if (!document.hidden) await this.catchUp();
    this.#timer = setTimeout(() => this.#poll(), POLL_MS);
  }
}
