// Loads the changes of a transcript by this page, other tabs and other people.

/**
 * @import { Transcript, TranscriptChanges } from "../../api/payloads.d.ts"
 * @import { ReviewModel } from "./model.js"
 */

import { getJson } from "../../api/server.js";

const POLL_MS = 3_000;

export class ChangesFeed {
  #aborter = new AbortController();
  #timer = 0;
  #loading = false;

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

  /** Load the changes since the last revision. */
  async catchUp() {
    if (this.#loading) return;
    this.#loading = true;
    try {
      if (!this.hasUnsent())
        this.merge(
          await getJson(`transcripts/${this.transcriptId}/changes/${this.revision}`, {
            signal: this.#aborter.signal,
          }),
        );
    } catch {
      /* tried again with the next poll */
    }
    this.#loading = false;
  }

  async #poll() {
    if (this.#aborter.signal.aborted) return;
    if (!document.hidden) await this.catchUp();
    this.#timer = setTimeout(() => this.#poll(), POLL_MS);
  }
}
