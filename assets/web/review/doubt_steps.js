// Steps through the doubtful sentences: ‹ 3/18 ›, shown and announced.

/**
 * @import { TranscriptEditor } from "./editor.js"
 */

import { el, icon } from "../components/dom.js";

export class DoubtSteps {
  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    const { t } = editor;
    this.count = el("span", { class: "ss-doubt-count" });
    this.said = el("span", { class: "ss-sr", role: "status" });
    const button = (picture, action) =>
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: t(`keys.${action}`),
          "aria-label": t(`keys.${action}`),
          dataset: { action },
          on: { click: () => editor.actions.run(action) },
        },
        icon(picture),
      );
    this.node = el(
      "div",
      { class: "ss-doubt-steps" },
      button("chevron-left", "doubt_previous"),
      this.count,
      button("chevron-right", "doubt_next"),
      this.said,
    );
  }

  /** Go to the next (1) or the previous (-1) doubtful row, from the last on to the first. */
  go(by) {
    const { editor } = this;
    const { model, selection } = editor;
    const { doubtful } = model;
    if (doubtful.length === 0) return editor.say(editor.t("review.no_doubt"));
    const id = doubtful[stepFrom(doubtful, selection.current, by, (each) => model.indexOf(each))];
    if (!editor.visible.includes(id)) editor.filter.clear();
    editor.go(id);
    this.said.textContent = `${this.count.textContent}: ${model.row(id).text}`;
    return undefined;
  }

  /** Update the counter. */
  update() {
    const { model, selection, t } = this.editor;
    const { doubtful } = model;
    const at = doubtful.indexOf(selection.current);
    this.node.hidden = doubtful.length === 0;
    this.count.textContent = t("review.doubt_count", {
      place: at < 0 ? "–" : at + 1,
      count: doubtful.length,
    });
  }
}

/**
 * Return the index of the next (1) or previous (-1) of some rows as seen from any row.
 * @param {string[]} ids
 * @param {string|null} current
 * @param {number} by
 * @param {(id: string) => number} indexOf returns the index of a row in the order of time
 */
export function stepFrom(ids, current, by, indexOf) {
  const here = indexOf(current);
  const before = ids.filter((id) => indexOf(id) < here).length;
  const isHere = ids[before] === current;
  const next = by < 0 ? before - 1 : before + (isHere ? 1 : 0);
  return (next + ids.length) % ids.length;
}
