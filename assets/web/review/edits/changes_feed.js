// Keeps the page in step with the transcript on the server: what this page, other tabs and other people have changed.

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
   *   view: what the page began with
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
   * Takes over an answer of the server.
   * @param {string|null} editId the edit that it answers
   */
  take(answer, editId = null) {
    if (answer.revision <= this.revision) return this.model.discardOptimistic(editId);
    this.revision = answer.revision;
    this.model.mergeChanges(answer, editId);
    return this.onTaken(answer);
  }

  /** Asks what others have done. */
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
      /* the next time will tell */
    }
    this.#asking = false;
  }

  async #poll() {
    if (this.#gone.signal.aborted) return;
    if (!document.hidden) await this.catchUp();
    this.#timer = setTimeout(() => this.#poll(), POLL_MS);
  }
}
