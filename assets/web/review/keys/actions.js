// The actions of keys and buttons in the review workspace.

import { refusalText } from "../../api/error_text.js";
import { sendJson } from "../../api/server.js";
import { Flagging } from "../edits/flagging.js";
import { openSpeakerMenu } from "../speakers/speaker_menu.js";

const NUDGE_MS = 50;
const NEW_ROW_MS = 1_000;
const SAMPLE_MS = 6_000;
const SKIP_MS = 2_000;
const REVIEWED = new Set(["verified", "rejected"]);

export class EditorActions {
  #editAfter = null; // {row, caret} to edit after the answer to a merge
  #menu = null;

  constructor(editor) {
    this.editor = editor;
    this.flagging = new Flagging(editor);
    this.does = {
      play: () => this.#playPause(),
      play_on: () => this.#playOn(),
      skip_back: () => editor.playback.listening.skip(-SKIP_MS),
      skip_forward: () => editor.playback.listening.skip(SKIP_MS),
      next: () => this.#step(1),
      previous: () => this.#step(-1),
      extend_down: () => this.#step(1, { extend: true }),
      extend_up: () => this.#step(-1, { extend: true }),
      select_all: () => editor.selection.replace([...editor.visible]),
      edit: () => this.#withCurrent((id) => editor.edit(id, { caret: this.#placeToType(id) })),
      verify: () => this.#setStatusAndAdvance("verify"),
      verify_edit: () => this.#verifyAndEdit(),
      first_open: () => this.#goToFirstOpen(),
      reject: () => this.#setStatusAndAdvance("reject"),
      reopen: () => this.#withSelected((ids) => editor.commands.setStatus(ids, "reopen")),
      doubt_next: () => editor.frame.tools.doubts.go(1),
      doubt_previous: () => editor.frame.tools.doubts.go(-1),
      take_proposed: () => this.#takeProposed(editor.selection.ids),
      drop_proposed: () => this.#withSelected((ids) => this.#dropProposed(ids)),
      flag: () => this.#withSelected((ids) => this.flagging.ask(ids)),
      unflag: () => this.#withSelected((ids) => this.flagging.unflag(ids)),
      merge_next: () => this.#mergeNext(),
      split: () => this.#withCurrent((id) => this.#splitHere(id)),
      insert: () => this.#insert(),
      delete: () => this.#withSelected((ids) => editor.commands.remove(ids)),
      start_earlier: () => this.#nudge(-NUDGE_MS, 0),
      start_later: () => this.#nudge(NUDGE_MS, 0),
      end_earlier: () => this.#nudge(0, -NUDGE_MS),
      end_later: () => this.#nudge(0, NUDGE_MS),
      new_speaker: () => this.#withSelected((ids) => editor.commands.newSpeaker(ids)),
      speaker_menu: () => this.#withCurrent((id) => this.openSpeakers(id)),
      slower: () => editor.playback.changeRate(-1),
      faster: () => editor.playback.changeRate(1),
      follow: () => editor.playingRow.toggle(),
      undo: () => editor.commands.undo(),
      redo: () => editor.commands.redo(),
      find: () => editor.find.open(),
      history: () => editor.panels.open("history"),
      help: () => editor.openHelp(),
      leave: () => this.#leave(),
    };
  }

  /** @returns {boolean} whether the key has an action */
  press(key) {
    if (this.editor.conflicts.press(key)) return true;
    if (/^[1-9]$/.test(key)) return this.#assign(Number(key) - 1);
    const action = this.editor.keymap.actionFor(key);
    if (action === null) return false;
    this.run(action);
    return true;
  }

  run(action) {
    this.editor.say("");
    this.does[action]();
  }

  /** Handle the keys that work while text is edited. */
  whileTyping(key) {
    const { editor } = this;
    const digit = key.match(/^Alt\+([1-9])$/);
    if (digit) {
      const speaker = editor.model.speakers[Number(digit[1]) - 1];
      if (speaker) editor.commands.assignSpeaker([editor.editing.id], speaker.id);
      return Boolean(speaker);
    }
    if (key !== "Mod+Space") return false;
    this.#playPause();
    return true;
  }

  /** Play and edit the next row, after Enter. */
  editNext(id) {
    const { editor } = this;
    const next = editor.visible[editor.visible.indexOf(id) + 1];
    if (next === undefined) return;
    editor.go(next);
    editor.edit(next, { caret: this.#doubtfulPlace(next) ?? editor.model.row(next).text.length });
  }

  splitTyped(id, text, caret, before) {
    const { commands } = this.editor;
    const trimmed = text.replace(/\s*\n\s*/g, " ");
    const lead = trimmed.length - trimmed.trimStart().length;
    if (trimmed.trim() !== before) commands.correctText(id, trimmed.trim());
    const former = trimmed.trim().slice(0, Math.max(1, caret - lead));
    commands.split(id, [...former].length); // the server counts code points, a text box UTF-16 units
  }

  mergeBack(id, text, before) {
    const { editor } = this;
    if (text !== before) editor.commands.correctText(id, text);
    const former = editor.visible[editor.visible.indexOf(id) - 1];
    if (former === undefined) return;
    const caret = editor.model.row(former).text.length;
    editor.commands.merge([former, id]);
    this.#editAfter = { row: former, caret };
  }

  /** Go to the result of an edit that only the server can compute. */
  answered(edit, answer) {
    const { editor } = this;
    const { kind } = edit.request;
    if (kind === "undo" || kind === "redo" || kind === "insert_utterance") {
      const [first] = answer.utterances.map((each) => each.id).filter((id) => editor.model.row(id));
      if (first !== undefined) editor.go(first, { play: false });
      if (kind === "insert_utterance" && first !== undefined) editor.edit(first);
    }
    if (kind === "split_utterance") editor.go(edit.rows[0], { play: false });
    if (kind === "merge_utterances" && this.#editAfter !== null) {
      const { row, caret } = this.#editAfter;
      this.#editAfter = null;
      if (editor.model.row(row)) editor.edit(row, { caret });
    }
  }

  /** Insert a sentence over a stretch, with the speaker of the one before, and edit its text. */
  insertAt(start, end) {
    const before = this.editor.model.rows.findLast((row) => row.start_ms < start);
    this.editor.say("");
    this.editor.commands.insert(start, end, before?.speaker_id ?? null);
  }

  /**
   * Open the menu of speakers for the selected rows.
   * @param {string} id of the row that it opens at
   * @param {HTMLElement|null} control where it opens instead
   */
  openSpeakers(id, control = null) {
    const { editor } = this;
    if (!editor.selection.has(id)) editor.selection.choose(id);
    const { ids } = editor.selection;
    const { speaker_id: currentId } = editor.model.row(id);
    const chosen = (forAll) => (forAll ? this.#rowsOf(currentId) : ids);
    const at = (
      control ?? editor.list.nodeOf(id)?.querySelector(".ss-turn, .ss-text")
    )?.getBoundingClientRect();
    if (!at) return;
    this.#menu?.();
    this.#menu = openSpeakerMenu({
      at,
      within: editor.node,
      speakers: editor.model.speakers,
      currentId,
      count: ids.length,
      lookOf: editor.lookOf,
      nameOf: editor.nameOf,
      t: editor.t,
      onChoose: (speaker, forAll) => editor.commands.assignSpeaker(chosen(forAll), speaker),
      onNew: (forAll) => editor.commands.newSpeaker(chosen(forAll)),
      onClose: () => {
        this.#menu = null;
        editor.focusList();
      },
    });
  }

  #rowsOf(speakerId) {
    return this.editor.model.rows
      .filter((row) => row.speaker_id === speakerId)
      .map((row) => row.id);
  }

  /** Accept the proposal for a row and the rows selected with it. */
  takeProposed(id) {
    const { selection } = this.editor;
    this.#takeProposed(selection.has(id) ? selection.ids : [id]);
  }

  /** Accept what rows are offered; without such rows, the whole suggestion. */
  #takeProposed(ids) {
    const { suggestions, proposal } = this.editor;
    if (suggestions.isViewed) suggestions.take(ids);
    else if (ids.some((id) => proposal.groupOf(id) !== null)) proposal.take(ids);
    else suggestions.takeAll();
  }

  #dropProposed(ids) {
    const { suggestions, proposal } = this.editor;
    if (suggestions.isViewed) suggestions.decline(ids);
    else proposal.dismiss(ids);
  }

  /** Play the longest row of a speaker, at most SAMPLE_MS. */
  playSample(speakerId) {
    const { model, player } = this.editor;
    const own = model.rows.filter(
      (row) => row.speaker_id === speakerId && row.status !== "rejected",
    );
    const best = own.reduce(
      (longest, row) =>
        longest === null || row.end_ms - row.start_ms > longest.end_ms - longest.start_ms
          ? row
          : longest,
      null,
    );
    if (best !== null)
      player.playSegment(best.start_ms, Math.min(best.end_ms, best.start_ms + SAMPLE_MS));
  }

  async nameVersion(name) {
    const { editor } = this;
    try {
      await sendJson("POST", `transcripts/${editor.view.id}/versions`, { name });
      editor.panels.history.update();
    } catch (refusal) {
      editor.say(refusalText(refusal, editor.t));
    }
  }

  /**
   * Skip the rows of skipped speakers during playback.
   * @returns {boolean} whether it skipped
   */
  skipTo(id, ms) {
    const { editor } = this;
    if (editor.skipped.size === 0 || !editor.skipped.has(editor.model.row(id).speaker_id))
      return false;
    const { order } = editor.model;
    for (let i = order.indexOf(id) + 1; i < order.length; i++) {
      const row = editor.model.row(order[i]);
      if (editor.skipped.has(row.speaker_id) || row.start_ms <= ms) continue;
      editor.player.seek(row.start_ms);
      return true;
    }
    editor.player.pause();
    return true;
  }

  /** Return the doubtful words to select, else the end of the playing word, else the end of the text. */
  #placeToType(id) {
    const { model, marks, player } = this.editor;
    return (
      this.#doubtfulPlace(id) ??
      (player.isPlaying ? marks.placeAt(id, player.nowMs) : null) ??
      model.row(id).text.length
    );
  }

  /** Return the range of the least certain words; null if there is no doubt. */
  #doubtfulPlace(id) {
    const { model, marks } = this.editor;
    return model.doubt(id) > 0 ? marks.doubtfulPlace(id) : null;
  }

  #withCurrent(act) {
    const id = this.editor.selection.current ?? this.editor.visible[0];
    if (id !== undefined && id !== null) act(id);
  }

  #withSelected(act) {
    const { ids } = this.editor.selection;
    if (ids.length > 0) act(ids);
  }

  #step(by, how = {}) {
    const { editor } = this;
    const id = editor.selection.step(by, how);
    editor.editing.forgetPause();
    if (id !== null) editor.show(id);
  }

  #assign(index) {
    const { editor } = this;
    const speaker = editor.model.speakers[index];
    if (!speaker) return false;
    this.#withSelected((ids) => editor.commands.assignSpeaker(ids, speaker.id));
    return true;
  }

  /** Pause; or go on where the current row was paused, else play it from its start. */
  #playPause() {
    const { editor } = this;
    const { player } = editor;
    if (player.isPlaying) return player.pause();
    if (editor.editing.resume()) return undefined;
    return this.#withCurrent((id) => {
      if (editor.selection.current === null) editor.selection.choose(id);
      editor.playback.listening.resume();
    });
  }

  /** Verify the current row, go to the next and edit it. */
  #verifyAndEdit() {
    this.#withCurrent((id) => {
      this.editor.commands.setStatus([id], "verify");
      this.editNext(id);
    });
  }

  #goToFirstOpen() {
    const { editor } = this;
    const first = editor.model.rows.find(({ status }) => !REVIEWED.has(status));
    if (first === undefined) return editor.say(editor.t("review.all_verified"));
    if (!editor.visible.includes(first.id)) editor.filter.clear();
    return editor.go(first.id);
  }

  #playOn() {
    const { editor } = this;
    this.#withCurrent((id) => editor.player.playFrom(editor.model.row(id).start_ms));
  }

  /** Set the status of the selected rows and go to the next row, unless the recording plays on. */
  #setStatusAndAdvance(kind) {
    const { editor } = this;
    const { ids } = editor.selection;
    if (ids.length === 0) return;
    const last = editor.visible.indexOf(ids[ids.length - 1]);
    const next = editor.visible[last + 1];
    editor.commands.setStatus(ids, kind);
    if (next !== undefined && editor.model.row(next) && !editor.player.playsOn) editor.go(next);
  }

  #mergeNext() {
    const { editor } = this;
    const { ids, current } = editor.selection;
    if (ids.length > 1) return editor.commands.merge(ids);
    const next = editor.model.order[editor.model.indexOf(current) + 1];
    return next === undefined || current === null
      ? undefined
      : editor.commands.merge([current, next]);
  }

  /** Split at the playhead if it is in this row; else open the text to choose the place. */
  #splitHere(id) {
    const { editor } = this;
    const row = editor.model.row(id);
    const ms = Math.round(editor.player.nowMs);
    if (ms > row.start_ms && ms < row.end_ms) editor.commands.splitAt(id, ms);
    else editor.edit(id, { caret: Math.floor(row.text.length / 2) });
  }

  #insert() {
    const { editor } = this;
    const { model, view } = editor;
    const row = model.row(editor.selection.current);
    const start = row === null ? 0 : row.end_ms;
    const next = model.row(model.order[model.indexOf(row?.id) + 1]);
    const end = Math.min(
      view.duration_ms,
      Math.max(start + 200, Math.min(start + NEW_ROW_MS, next?.start_ms ?? Infinity)),
    );
    if (end > start) editor.commands.insert(start, end, row?.speaker_id ?? null);
  }

  #nudge(start, end) {
    this.#withCurrent((id) => {
      const row = this.editor.model.row(id);
      const [from, to] = [
        Math.max(0, row.start_ms + start),
        Math.min(this.editor.view.duration_ms, row.end_ms + end),
      ];
      if (to - from >= NUDGE_MS) this.editor.commands.retime(id, from, to);
    });
  }

  #leave() {
    const { editor } = this;
    if (editor.panels.collapseMap()) return; // a press in it left the focus in the list
    if (editor.find.isOpen) editor.find.close();
    else if (editor.suggestions.isViewed) editor.suggestions.endView();
    else if (editor.filter.isOn) editor.filter.clear();
    else if (editor.player.isPlaying) editor.player.pause();
    else if (editor.selection.size > 1) editor.selection.choose(editor.selection.current);
  }
}
