// Text editing in the review workspace: start, commit, drafts of closed pages, conflicts.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { TextEditing } from "./text_editing.js";
import { mergedOffers } from "./word_candidates.js";
import { WordOffer } from "./word_offer.js";

const ROLL_BACK_MS = 1_000; // before the time at which typing paused the audio

const LISTENS_ON = new Set(["done", "verify", "cancel", "taken"]); // ways to leave a text, see TextEditing
const GOES_ON = new Set(["done", "verify", "next"]);

export class Typing {
  #pausedSound = false; // typing paused the audio
  #isContested = false; // another person changed the text that was committed last
  #asking = new AbortController(); // for other words
  #playedOn = false; // the recording was playing without an end when typing began

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    this.offer = new WordOffer({
      t: editor.t,
      onTake: ({ place }, word) => this.text.replace(place, word),
      onChange: () => this.#offerChanged(),
    });
    this.text = new TextEditing({
      transcriptId: editor.view.id,
      label: editor.t("review.text"),
      onCommit: (id, text, before) => this.#commit(id, text, before),
      onSplit: (id, text, caret, before) => editor.actions.splitTyped(id, text, caret, before),
      onMergeBack: (id, text, before) => editor.actions.mergeBack(id, text, before),
      onSelect: (id, words, range) => this.#offerWords(id, words, range, { isChosen: true }),
      onPress: () => this.#closeOffer(),
      onTyping: () => {
        this.#closeOffer();
        this.#pause();
      },
      onGrow: (id) => editor.list.remeasure(id),
      onKey: (key) => this.#pressed(key),
      onLeave: (how, id) => this.#left(how, id),
    });
  }

  /** Id of the row being edited, or null. */
  get id() {
    return this.text.id;
  }

  finish(how) {
    this.text.finish(how);
  }

  dispose() {
    this.finish("gone");
    this.text.draft.dispose();
  }

  /**
   * @param {string} id
   * @param {{caret?: number|[number, number], isChosen?: boolean}} options isChosen: whether a
   *   person selected the range
   */
  begin(id, { caret, isChosen = false } = {}) {
    const { model, selection, list, readOnly } = this.editor;
    if (readOnly) return this.editor.refuseEdit();
    const row = model.row(id);
    if (row === null) return;
    this.#isContested = false;
    selection.choose(id);
    list.reveal(id);
    list.flush();
    const place = list.nodeOf(id)?.querySelector(".ss-text");
    if (!place) return;
    this.text.begin(id, row.text, place, caret === undefined ? {} : { caret });
    if (Array.isArray(caret)) this.#offerWords(id, row.text, caret, { isChosen });
    this.#playedOn = this.editor.player.playsOn;
    if (this.#playedOn) this.#pause();
  }

  /**
   * Continue to play where typing paused the audio, ROLL_BACK_MS earlier.
   * @returns {boolean} whether typing had paused it
   */
  resume() {
    if (!this.#pausedSound) return false;
    this.#pausedSound = false;
    this.editor.player.resume({ backMs: ROLL_BACK_MS });
    return true;
  }

  /** Forget that typing paused the audio. */
  forgetPause() {
    this.#pausedSound = false;
  }

  /** Show the undecided texts of an earlier page again. */
  restoreUndecided() {
    const { model, unsaved, t } = this.editor;
    for (const { rowId, why, text } of unsaved.takeAll()) {
      const row = rowId === null ? null : model.row(rowId);
      if (row === null) unsaved.show(why || t("review.draft_orphan"), text);
      else if (row.text !== text) this.#offer(row, text);
    }
  }

  /** Continue the draft of a closed page. */
  async restoreDraft() {
    const { editor, text } = this;
    const { t, model, selection } = editor;
    const draft = await text.draft.takeOver(() => text.id === null && editor.node.isConnected);
    if (draft === null) return;
    const row = model.row(draft.id);
    if (row === null) {
      editor.unsaved.show(t("review.draft_orphan"), draft.text);
      return text.draft.drop();
    }
    selection.choose(row.id);
    if (row.text !== draft.before) {
      text.draft.drop();
      return this.#offer(row, draft.text.replace(/\s*\n\s*/g, " ").trim());
    }
    requestAnimationFrame(() => {
      this.begin(row.id);
      text.box.value = draft.text;
      text.box.dispatchEvent(new Event("input"));
      editor.say(t("review.draft_restored"));
    });
  }

  /**
   * Offer other words for a part of the text that was selected.
   * @param {string} id
   * @param {string} text
   * @param {[number, number]} range
   * @param {{isChosen: boolean}} options whether a person selected it, and so knows it to be wrong
   */
  async #offerWords(id, text, range, { isChosen }) {
    this.#closeOffer();
    if (range[0] === range[1]) return;
    const { words } = this.editor;
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const stored = words.storedAt(id, range);
    const asked = isChosen || stored === null ? await words.ask(id, text, range, signal) : null;
    const offered = asked && stored ? mergedOffers(text, asked, stored) : (asked ?? stored);
    const { box } = this.text;
    if (offered === null || signal.aborted || this.id !== id || box.value !== text) return;
    this.offer.show(offered, box.parentElement);
  }

  #pressed(key) {
    if (this.offer.press(key)) return true;
    this.#closeOffer();
    return this.editor.actions.whileTyping(key);
  }

  #closeOffer() {
    this.#asking.abort();
    this.offer.close();
  }

  #offerChanged() {
    const { box, id } = this.text;
    if (this.offer.isOpen) box.setAttribute("aria-describedby", this.offer.node.id);
    else box.removeAttribute("aria-describedby");
    if (id !== null) this.editor.list.remeasure(id);
  }

  #commit(id, text, before) {
    const row = this.editor.model.row(id);
    this.#isContested = row !== null && row.text !== before && row.text !== text;
    if (row === null || row.text === before || row.text === text)
      return this.editor.commands.correctText(id, text);
    return this.#offer(row, text);
  }

  /** Offer both versions if another person changed the text meanwhile. */
  #offer(row, text) {
    this.editor.offer(
      [{ theirs: row, mine: { ...row, text } }],
      () => this.editor.commands.correctText(row.id, text),
      { text, rowId: row.id },
    );
  }

  #pause() {
    const { player } = this.editor;
    if (!player.isPlaying) return;
    player.pause();
    this.#pausedSound = true;
  }

  #left(how, id) {
    const { editor } = this;
    this.#closeOffer();
    editor.typingEnded(id);
    if (how === "gone" || how === "moved") return;
    if (how !== "blur") editor.list.node.focus({ preventScroll: true });
    const isVerified = how === "verify" && !this.#isContested;
    if (isVerified && editor.model.row(id)) editor.commands.setStatus([id], "verify");
    if (this.#playedOn && LISTENS_ON.has(how)) this.resume();
    else if (GOES_ON.has(how)) editor.actions.editNext(id);
  }
}
