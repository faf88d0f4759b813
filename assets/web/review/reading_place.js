// Where a person was in a transcript: kept in this browser, found again when the transcript opens.

/**
 * @import { Row } from "../api/payloads.d.ts"
 * @import { TranscriptEditor } from "./editor.js"
 */

import { readStorage, writeStorage } from "../api/browser_storage.js";
import { givenName, loadVisit } from "../api/visit.js";
import { el, icon } from "../components/dom.js";
import { clock } from "../components/text/time_format.js";

const REST_MS = 300; // after the last scroll or choice
const REVIEWED = new Set(["verified", "rejected"]);

/**
 * Return the first row to review if review has begun and it is not the current row; else null.
 * @param {Row[]} rows
 * @param {string|null} currentId
 */
export function rowToContinue(rows, currentId) {
  if (!rows.some(({ status }) => REVIEWED.has(status))) return null;
  const open = rows.find(({ status }) => !REVIEWED.has(status));
  return open === undefined || open.id === currentId ? null : open;
}

export class ReadingPlace {
  #timer = 0;
  #key = null; // in the browser's storage, once the person is known

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.node = el("div", { class: "ss-asks ss-ask ss-continue", role: "status" });
  }

  dispose() {
    clearTimeout(this.#timer);
  }

  /** Go to the stored place unless a row was chosen meanwhile; from then on keep the place. */
  async restore() {
    const { editor } = this;
    const { name } = await loadVisit().catch(() => ({ name: "" }));
    this.#key = `speaker-studio:place:${name || givenName()}:${editor.view.id}`;
    const stored = readStorage(this.#key);
    if (editor.selection.current === null && editor.model.row(stored?.row ?? null) !== null) {
      editor.selection.choose(stored.row);
      editor.list.place = stored.scroll;
      editor.showInWave(stored.row);
    }
    this.#offer();
    editor.selection.addEventListener("change", () => this.#changed());
    editor.list.node.addEventListener("scroll", () => this.#later(), { passive: true });
  }

  #changed() {
    this.node.replaceChildren();
    this.#later();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#store(), REST_MS);
  }

  #store() {
    const { selection, list } = this.editor;
    if (selection.current === null) return;
    writeStorage(this.#key, { row: selection.current, scroll: list.place });
  }

  /** Offer to go to the first row to review. */
  #offer() {
    const { editor, node } = this;
    const { t, model, selection } = editor;
    const row = rowToContinue(model.rows, selection.current);
    if (row === null || editor.readOnly || editor.liveTranscript.isOn) return;
    const close = t("review.close");
    node.replaceChildren(
      el("span", {
        class: "ss-ask-words",
        text: t("place.first_open", { time: clock(row.start_ms) }),
      }),
      el("button", {
        class: "ss-button ss-primary",
        type: "button",
        text: t("place.continue"),
        dataset: { control: "continue" },
        on: {
          click: () => {
            editor.go(row.id, { play: false });
            editor.list.node.focus({ preventScroll: true });
          },
        },
      }),
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: close,
          "aria-label": close,
          on: { click: () => node.replaceChildren() },
        },
        icon("x"),
      ),
    );
  }
}
