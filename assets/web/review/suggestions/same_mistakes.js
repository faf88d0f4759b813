// After a word was corrected: the other rows of the transcript with the same wrong word.

/**
 * @import { AnswerEvent } from "../../types.d.ts"
 * @import { TranscriptEditor } from "../editor.js"
 */

import { sendJson } from "../../api/server.js";
import { mayUse } from "../../api/visit.js";
import { session } from "../../api/session.js";
import { openOtherRecordings } from "./other_recordings.js";
import { correctedWord, excerpt, textWithWord } from "./corrected_word.js";

const REVIEWED = new Set(["verified", "rejected"]);

export class SameMistakes {
  #words = new Map(); // id of an edit that is not answered → the corrected word

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    editor.queue.addEventListener("answer", (/** @type {AnswerEvent} */ { detail: { edit } }) => {
      const word = this.#words.get(edit.id);
      this.#words.delete(edit.id);
      if (word) this.#show(word, edit.request.utterance_id);
    });
  }

  /** Store what an edit corrected, until it is answered. */
  corrected(editId, before, after) {
    const word = correctedWord(before, after);
    if (word !== null) this.#words.set(editId, word);
  }

  #show(word, correctedId) {
    const { model, suggestions, commands, t } = this.editor;
    const changed = (id) => textWithWord(model.row(id).text, word);
    const declined = new Set([correctedId]);
    const isOpen = (id) =>
      !declined.has(id) && !REVIEWED.has(model.row(id).status) && changed(id) !== null;
    const ids = model.order.filter(isOpen);
    const names = ["suggestions.word_alone", "suggestions.word_one"];
    suggestions.show({
      ids,
      words: (count) => t(names[count] ?? "suggestions.word", { count, ...word }),
      elsewhere: this.#elsewhere(word),
      isOpen,
      proposed: (id) => ({ name: excerpt(changed(id), word.right), look: null }),
      take: (rows) => {
        this.#addToGlossary(word);
        return commands.replaceText(word.wrong, word.right, rows);
      },
      decline: async (rows) => rows.forEach((id) => declined.add(id)),
    });
  }

  /** Return what looks for a wrong word in other recordings; null if there are none to edit. */
  #elsewhere(word) {
    const { view, readOnly, t } = this.editor;
    const others = (session.recordings ?? []).filter(
      (each) => each.id !== view.recording_id && each.can_edit,
    );
    if (readOnly || others.length === 0) return null;
    const onClose = () => this.editor.focusList();
    return () => openOtherRecordings({ word, recordingId: view.recording_id, t, onClose });
  }

  /** Add a word that was wrong more than once; visitors of a demo have no glossary. */
  async #addToGlossary({ wrong, right, isWord }) {
    const { view, readOnly } = this.editor;
    if (!isWord || readOnly || !(await mayUse("words"))) return;
    const word = { word: right, heard_as: wrong, recording_id: view.recording_id };
    sendJson("POST", "glossary", word).catch(() => {});
  }
}
