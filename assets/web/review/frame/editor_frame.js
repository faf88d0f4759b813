// The frame of the review workspace: head, tools, transcript, panel, dock, and the slot for questions.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { el } from "../../components/dom.js";
import { EditorHead } from "./editor_head.js";
import { EditorTools } from "./editor_tools.js";

export class EditorFrame {
  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.notice = el("div", { class: "ss-notice", role: "alert" });
    this.head = new EditorHead(editor);
    this.tools = new EditorTools(editor);
    this.empty = el("p", { class: "ss-empty" });
    this.rows = el("div", { class: "ss-scroll" }, editor.list.node, editor.ticks.node);
    this.showRows();
    // What asks something lies over the list's end, so that nothing moves the rows. Of the elements
    // with the class ss-asks only the first that is not empty is shown: their order is their rank.
    this.slot = el(
      "div",
      { class: "ss-slot" },
      this.notice,
      editor.conflicts.node,
      editor.unsaved.node,
      editor.selectionBar.node,
      editor.place.node,
      editor.suggestionBar.node,
      editor.done.node,
    );
    this.node = el(
      "article",
      { class: editor.readOnly ? "ss-editor ss-read-only" : "ss-editor" },
      this.head.node,
      editor.panels.views,
      el(
        "div",
        { class: "ss-body" },
        el(
          "div",
          { class: "ss-doc" },
          this.tools.node,
          editor.find.node,
          this.empty,
          this.rows,
          this.slot,
        ),
        editor.panels.node,
        editor.panels.rail.node,
      ),
      editor.playback.node,
    );
  }

  dispose() {
    this.head.dispose();
  }

  /** Show a notice; "" hides it. */
  say(words) {
    this.notice.textContent = words;
  }

  /** Show the rows, or why there are none; the first ones may come while the run is at work. */
  showRows() {
    const { model, liveTranscript, t } = this.editor;
    const isEmpty = model.length === 0;
    this.empty.hidden = !isEmpty;
    this.rows.hidden = isEmpty;
    if (isEmpty) this.empty.textContent = t(liveTranscript.reasonForNoRows);
  }

  showHistory({ can_undo: canUndo, can_redo: canRedo }) {
    this.#button("undo").disabled = !canUndo;
    this.#button("redo").disabled = !canRedo;
  }

  /** Update the facts of the head and the figures of the tools. */
  showMeta() {
    this.head.showFacts();
    this.tools.doubts.update();
    this.editor.ticks.update();
    this.editor.filter.updateCounts();
    this.editor.done.update();
  }

  /** Show whether the current row follows the audio. */
  showFollowing() {
    this.#button("follow")?.setAttribute("aria-pressed", String(this.editor.playingRow.follows));
  }

  /**
   * @param {string} action
   * @returns {HTMLButtonElement}
   */
  #button(action) {
    return this.node.querySelector(`[data-action=${action}]`);
  }
}
