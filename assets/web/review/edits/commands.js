// The edits of a transcript as requests to the server; most are shown before the answer.

/**
 * @import { RefusedEvent } from "../../types.d.ts"
 * @import { EditQueue } from "./edit_queue.js"
 * @import { ReviewModel } from "./model.js"
 */

export class Commands {
  /**
   * @param {{model: ReviewModel, queue: EditQueue, readOnly: boolean, onReadOnly: () => void,
   *   onCorrected: (editId: string, before: string, after: string) => void}} parts
   */
  constructor({ model, queue, readOnly, onReadOnly, onCorrected }) {
    this.readOnly = readOnly;
    this.onCorrected = onCorrected;
    this.onReadOnly = onReadOnly;
    this.model = model;
    this.queue = queue;
    queue.addEventListener("refused", (/** @type {RefusedEvent} */ { detail: { edit } }) =>
      model.discardOptimistic(edit.id),
    );
  }

  correctText(id, text) {
    const before = this.model.row(id)?.text;
    const edit = this.#push(
      { kind: "correct_text", utterance_id: id, text },
      { [id]: { text, status: "corrected" } },
    );
    if (edit !== undefined && before !== undefined) this.onCorrected(edit.id, before, text);
  }

  assignSpeaker(ids, speakerId) {
    const wrong = ids.filter((id) => this.model.row(id)?.speaker_id !== speakerId);
    if (wrong.length > 0)
      this.#push(
        { kind: "assign_speaker", utterance_ids: wrong, speaker_id: speakerId },
        same(wrong, { speaker_id: speakerId }),
      );
  }

  /**
   * @param {[string, string][]} assignments row and speaker
   * @param {string[][]} newSpeakers rows of each new one
   */
  takeProposal(assignments, newSpeakers) {
    const fields = Object.fromEntries(
      assignments.map(([id, speaker]) => [id, { speaker_id: speaker }]),
    );
    const rows = [...Object.keys(fields), ...newSpeakers.flat()];
    return this.#push(
      { kind: "assign_speakers", assignments, new_speakers: newSpeakers },
      fields,
      rows,
    );
  }

  newSpeaker(ids) {
    this.#push({ kind: "add_speaker", utterance_ids: ids }, {}, ids);
  }
  renameSpeaker(id, name) {
    this.#push({ kind: "rename_speaker", speaker_id: id, name });
  }
  mergeSpeakers(from, into) {
    this.#push({ kind: "merge_speakers", speaker_ids: [from], into_speaker_id: into });
  }
  split(id, offset) {
    this.#push({ kind: "split_utterance", utterance_id: id, at_character: offset }, {}, [id]);
  }
  splitAt(id, ms) {
    this.#push({ kind: "split_utterance", utterance_id: id, at_ms: ms }, {}, [id]);
  }
  merge(ids) {
    if (ids.length > 1) this.#push({ kind: "merge_utterances", utterance_ids: ids }, {}, ids);
  }
  insert(startMs, endMs, speakerId) {
    this.#push({
      kind: "insert_utterance",
      start_ms: startMs,
      end_ms: endMs,
      speaker_id: speakerId,
      text: "",
    });
  }
  remove(ids) {
    this.#push({ kind: "delete_utterances", utterance_ids: ids }, {}, ids);
  }
  retime(id, startMs, endMs) {
    this.#push(
      { kind: "retime_utterance", utterance_id: id, start_ms: startMs, end_ms: endMs },
      { [id]: { start_ms: startMs, end_ms: endMs } },
    );
  }

  setStatus(ids, kind) {
    const status = { verify: "verified", reject: "rejected", reopen: "machine" }[kind];
    this.#push({ kind, utterance_ids: ids }, same(ids, { status }));
  }

  /** Verify rows that were heard to their end and left alone. */
  verifyHeard(ids) {
    this.#push({ kind: "verify_heard", utterance_ids: ids }, same(ids, { status: "verified" }));
  }

  flag(ids, comment) {
    this.#push(
      { kind: "flag", utterance_ids: ids, comment },
      same(ids, { is_flagged: true, comment }),
    );
  }
  unflag(ids) {
    this.#push(
      { kind: "unflag", utterance_ids: ids },
      same(ids, { is_flagged: false, comment: "" }),
    );
  }
  replaceText(find, replacement, ids) {
    return this.#push({ kind: "replace_text", find, replacement, utterance_ids: ids }, {}, ids);
  }

  /** Send an edit again, based on the present revision. */
  again({ request, fields, rows }) {
    this.#push(request, fields, rows);
  }

  undo() {
    this.#push({ kind: "undo" });
  }
  redo() {
    this.#push({ kind: "redo" });
  }
  goTo(editId) {
    this.#push({ kind: "return_to", edit_id: editId });
  }

  #push(request, fields = {}, rows = Object.keys(fields)) {
    if (this.readOnly) return void this.onReadOnly();
    const edit = this.queue.push(request, fields, rows);
    this.model.applyOptimistically(edit.id, fields);
    return edit;
  }
}

const same = (ids, fields) => Object.fromEntries(ids.map((id) => [id, fields]));
