// Review by listening: while the mode is on and the recording plays on, a sentence that was heard from
// its start to its end and left alone is verified. Every batch is an edit of its own kind.

/**
 * @import { Row } from "../api/payloads.d.ts"
 * @import { TranscriptEditor } from "./editor.js"
 */

import { el, icon } from "../components/dom.js";

const LARGEST_STEP_MS = 1_500; // of the playing time between two reports; more is a jump
const MISSED_MS = 300; // at the start or the end of a sentence, which may stay unheard
const CLOSE_ROWS = 8; // rows before a time that may still be open there, because rows overlap
const OPEN = new Set(["machine", "corrected"]);

/** Finds the rows that were heard without a jump. */
export class HeardRows {
  #fromMs = null; // start of what was heard without a jump
  #lastMs = 0;

  /**
   * Return the ids of the rows that end between the last report and this one and were heard whole.
   * @param {{order: string[], row: (id: string) => Row|null}} model
   * @param {number} ms playing time
   * @returns {string[]}
   */
  move(model, ms) {
    const { order } = model;
    const isJump =
      this.#fromMs === null || ms < this.#lastMs || ms - this.#lastMs > LARGEST_STEP_MS;
    if (isJump) this.#fromMs = ms;
    const [fromMs, lastMs] = [this.#fromMs, isJump ? ms : this.#lastMs];
    this.#lastMs = ms;
    const end = firstFrom(order.length, (i) => model.row(order[i]).start_ms > ms);
    return order.slice(Math.max(0, end - CLOSE_ROWS), end).filter((id) => {
      const { start_ms: startMs, end_ms: endMs } = model.row(id);
      const heardMs = endMs - MISSED_MS;
      return lastMs < heardMs && heardMs <= ms && fromMs <= startMs + MISSED_MS;
    });
  }

  /** Forget what was heard, after a pause of the mode or of the playing on. */
  stop() {
    this.#fromMs = null;
  }
}

export class ListeningReview {
  isOn = false;
  #heard = new HeardRows();
  #count = 0;

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    const { t } = editor;
    this.words = el("span", {});
    this.button = el(
      "button",
      {
        class: "ss-icon-button ss-listening-review",
        type: "button",
        title: t("listening.mode"),
        "aria-label": t("listening.mode"),
        "aria-pressed": "false",
        dataset: { control: "listening-review" },
        on: { click: () => this.toggle() },
      },
      icon("user-check"),
      this.words,
    );
  }

  toggle() {
    const { editor } = this;
    if (editor.readOnly) return editor.refuseEdit();
    this.isOn = !this.isOn;
    this.#count = 0;
    this.#heard.stop();
    return this.#show();
  }

  /** Verify the rows that were heard until a time. */
  move(ms, playing) {
    const { model, player, editing, commands } = this.editor;
    if (!this.isOn) return;
    if (!playing || !player.playsOn) return void this.#heard.stop();
    const left = (row) => OPEN.has(row.status) && !row.is_flagged && row.id !== editing.id;
    const ids = this.#heard.move(model, ms).filter((id) => left(model.row(id)));
    if (ids.length === 0) return;
    commands.verifyHeard(ids);
    this.#count += ids.length;
    this.#show();
  }

  #show() {
    const { t } = this.editor;
    this.button.setAttribute("aria-pressed", String(this.isOn));
    this.words.textContent = this.isOn ? t("listening.on", { count: this.#count }) : "";
  }
}

/** Return the first of some numbers from 0 for which a condition holds; it holds for all after it. */
function firstFrom(count, holds) {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
