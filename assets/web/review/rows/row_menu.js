// The menu of a row: everything that can be done to a sentence, with the keys that do it.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { openMenu } from "../../components/controls/action_menu.js";
import { shownKey } from "../keys/keymap.js";

const ITEMS = [
  ["edit", "pencil"],
  ["play_on", "play"],
  ["verify", "check"],
  ["split", "split", "starts"],
  ["merge_next", "merge"],
  ["insert", "plus"],
  ["speaker_menu", "users", "starts"],
  ["flag", "flag"],
  ["history", "history"],
  ["reject", "eye-off", "starts"],
  ["delete", "trash-2", "danger"],
];

/**
 * @param {TranscriptEditor} editor
 * @param {string} id the row, which becomes the current one
 * @param {HTMLElement|DOMRect} at
 */
export function openRowMenu(editor, id, at) {
  const { selection, model, keymap, actions, t } = editor;
  if (!selection.has(id)) selection.choose(id);
  const isReviewed = ["verified", "rejected"].includes(model.row(id).status);
  openMenu({
    at,
    within: editor.node,
    label: t("review.more"),
    items: ITEMS.map(([name, picture, place]) => {
      const action = name === "verify" && isReviewed ? "reopen" : name;
      return {
        text: t(`menu.${action}`),
        icon: action === "reopen" ? "undo-2" : picture,
        key: keymap.keyFor(action),
        shownKey: shownKey(keymap.keyFor(action)),
        action,
        startsGroup: place === "starts",
        isDanger: place === "danger",
        act: () => actions.run(action),
      };
    }),
    onClose: () => editor.focusList(),
  });
}
