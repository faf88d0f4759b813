// The bar of a transcript whose sentences are all reviewed: export it, or go on with the next recording.

/**
 * @import { Recording } from "../api/payloads.d.ts"
 * @import { TranscriptEditor } from "./editor.js"
 */

import { el, icon } from "../components/dom.js";
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
    this.node.replaceChildren(...(isDone ? this.#content(rows.length) : []));
  }

  #content(count) {
    const { t, frame } = this.editor;
    const next = nextRecording(session.recordings ?? [], session.openId);
    const close = t("review.close");
    return [
      el("span", { class: "ss-ask-words", text: t("done.words", { count }) }),
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
