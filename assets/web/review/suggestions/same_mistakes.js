// After a word was corrected: the other rows of the transcript with the same wrong word.

/**
 * @import { AnswerEvent } from "../../types.d.ts"
 * @import { TranscriptEditor } from "../editor.js"
 */

import { sendJson } from "../../api/server.js";
import { mayUseModels } from "../../api/visit.js";
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
    if (ids.length === 0) return;
    suggestions.show({
      ids,
      words: (count) =>
        t(count === 1 ? "suggestions.word_one" : "suggestions.word", { count, ...word }),
      isOpen,
      proposed: (id) => ({ name: excerpt(changed(id), word.right), look: null }),
      take: (rows) => {
        this.#addToGlossary(word);
        return commands.replaceText(word.wrong, word.right, rows);
      },
      decline: async (rows) => rows.forEach((id) => declined.add(id)),
    });
  }

  /** Add a word that was wrong more than once; visitors of a demo have no glossary. */
  async #addToGlossary({ wrong, right, isWord }) {
    const { view, readOnly } = this.editor;
    if (!isWord || readOnly || !(await mayUseModels())) return;
    const word = { word: right, heard_as: wrong, recording_id: view.recording_id };
    sendJson("POST", "glossary", word).catch(() => {});
  }
}
