// Flags of rows, with comments.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { openFlagComment } from "./flag_comment.js";
import { shownKey } from "../keys/keymap.js";

export class Flagging {
  #end = null; // closes the open field

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** Open the comment field for these rows, at the current row. */
  ask(ids) {
    const { readOnly, commands, model, selection, list, keymap, node, t } = this.editor;
    if (readOnly) return this.editor.refuseEdit();
    list.reveal(selection.current);
    list.flush();
    const at = list.nodeOf(selection.current)?.querySelector(".ss-text").getBoundingClientRect();
    if (!at) return undefined;
    const [first, ...others] = ids.map((id) => model.row(id));
    this.end();
    this.#end = openFlagComment({
      at,
      within: node,
      t,
      comment: others.every((row) => row.comment === first.comment) ? first.comment : "",
      unflagKey: [first, ...others].some((row) => row.is_flagged)
        ? shownKey(keymap.keyFor("unflag"))
        : null,
      onKeep: (comment) => commands.flag(ids, comment),
      onUnflag: () => this.unflag(ids),
      onClose: () => {
        this.#end = null;
        list.node.focus({ preventScroll: true });
      },
    });
    return undefined;
  }

  unflag(ids) {
    const flagged = ids.filter((id) => this.editor.model.row(id)?.is_flagged);
    if (flagged.length > 0) this.editor.commands.unflag(flagged);
  }

  /** Close the open field and keep its comment. */
  end() {
    this.#end?.();
  }
}
