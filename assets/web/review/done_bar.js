// The bar of a transcript whose sentences are all reviewed: export it, or go on with the next recording.

/**
 * @import { Recording } from "../api/payloads.d.ts"
 * @import { TranscriptEditor } from "./editor.js"
 */

import { getJson } from "../api/server.js";
import { el, icon } from "../components/dom.js";
import { durationText } from "../components/text/time_format.js";
import { session } from "../api/session.js";

const REVIEWED = new Set(["verified", "rejected"]);

export class DoneBar {
  #isDone = false;

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.node = el("div", { class: "ss-asks ss-ask ss-done", role: "status" });
  }

  /** Show the bar when the last sentence is reviewed; hide it when one is open again. */
  update() {
    const { rows } = this.editor.model;
    const isDone = rows.length > 0 && rows.every(({ status }) => REVIEWED.has(status));
    if (isDone === this.#isDone) return;
    this.#isDone = isDone;
    if (!isDone) return this.node.replaceChildren();
    const words = el("span", { class: "ss-ask-words" });
    words.textContent = this.editor.t("done.words", { count: rows.length });
    this.node.replaceChildren(words, ...this.#buttons());
    return this.#addTime(words, rows.length);
  }

  /** Add the time that all persons worked on the transcript. */
  async #addTime(words, count) {
    const { t, view } = this.editor;
    const answer = await getJson(`transcripts/${view.id}/annotators`).catch(() => null);
    const times = (answer?.annotators ?? []).map((each) => each.active_ms);
    const workMs = times.reduce((sum, each) => sum + each, 0);
    if (workMs > 0)
      words.textContent = t("done.words_time", { count, time: durationText(workMs, t) });
  }

  #buttons() {
    const { t, frame } = this.editor;
    const next = nextRecording(session.recordings ?? [], session.openId);
    const close = t("review.close");
    return [
      el("button", {
        class: "ss-button",
        type: "button",
        text: t("view.download"),
        on: { click: () => frame.head.openDownloads() },
      }),
      next === null
        ? ""
        : el(
            "button",
            {
              class: "ss-button ss-primary",
              type: "button",
              title: next.title,
              on: { click: () => session.open(next.id) },
            },
            el("span", { text: t("done.next") }),
            icon("arrow-right"),
          ),
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: close,
          "aria-label": close,
          on: { click: () => this.node.replaceChildren() },
        },
        icon("x"),
      ),
    ];
  }
}

/**
 * Return the recording after the open one that has sentences to review, from the last on to the first.
 * @param {Recording[]} recordings
 * @param {string|null} openId
 * @returns {Recording|null}
 */
export function nextRecording(recordings, openId) {
  const at = recordings.findIndex(({ id }) => id === openId);
  const following = [...recordings.slice(at + 1), ...recordings.slice(0, Math.max(0, at))];
  return following.find((each) => each.transcript_id !== null && each.percent < 100) ?? null;
}
