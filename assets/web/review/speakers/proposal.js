// A proposal of speakers from a new clustering, shown beside the present ones until accepted.

/**
 * @import { AnswerEvent, RefusedEvent, Translate } from "../../types.d.ts"
 * @import { Commands } from "../edits/commands.js"
 * @import { EditQueue } from "../edits/edit_queue.js"
 * @import { ReviewModel } from "../edits/model.js"
 */

import { getJson } from "../../api/server.js";
import { speakerColors } from "../../components/speakers/speaker_colors.js";

const REVIEWED = new Set(["verified", "rejected"]);

/** Fires "change" {ids} with the rows whose proposal changed. */
export class Proposal extends EventTarget {
  #groups = []; // speaker id of each group, or null for a new speaker
  #windows = []; // group of each point of the map
  #changes = new Map(); // row id → {group, from: speaker at the time of the proposal}
  #newSpeakers = new Map(); // edit id → {group: a row whose answer holds the new speaker's id}
  #colours = false;
  #aborter = new AbortController();

  /** @param {{transcriptId: string, model: ReviewModel, commands: Commands, queue: EditQueue, nameOf: (speakerId: string|null) => string, t: Translate}} options */
  constructor(options) {
    super();
    this.options = options;
    options.queue.addEventListener(
      "answer",
      (/** @type {AnswerEvent} */ { detail: { edit, answer } }) =>
        this.#storeNewSpeakers(edit.id, answer),
    );
    options.queue.addEventListener("refused", (/** @type {RefusedEvent} */ { detail: { edit } }) =>
      this.#newSpeakers.delete(edit.id),
    );
  }

  get isOn() {
    return this.#groups.length > 0;
  }
  get coloursMap() {
    return this.isOn && this.#colours;
  }
  set coloursMap(wanted) {
    this.#colours = wanted;
    this.#emitChange([]);
  }

  dispose() {
    this.#aborter.abort();
  }

  /** @param {string} count a number of speakers, or "auto" */
  async ask(count) {
    const { transcriptId, model } = this.options;
    const { groups, windows, changes } = await getJson(
      `transcripts/${transcriptId}/regrouping/${count}`,
      { signal: this.#aborter.signal },
    );
    const former = this.ids;
    this.#groups = groups;
    this.#windows = windows;
    this.#colours = true;
    this.#changes = new Map(
      Object.entries(changes).map(([id, group]) => [
        id,
        { group, from: model.row(id)?.speaker_id ?? null },
      ]),
    );
    this.#emitChange([...former, ...this.#changes.keys()]);
  }

  /** Ids of the rows that would get another speaker, in order of time. */
  get ids() {
    return this.options.model.order.filter((id) => this.groupOf(id) !== null);
  }

  /** Number of rows that have got their proposed speaker. */
  get numTaken() {
    return [...this.#changes].filter(([id, { group, from }]) => {
      const speaker = this.options.model.row(id)?.speaker_id ?? null;
      return speaker !== null && speaker !== from && speaker === this.#speakerOf(group);
    }).length;
  }

  /** Return the proposed group of a row; null if it keeps its speaker or was reviewed meanwhile. */
  groupOf(id) {
    const change = this.#changes.get(id);
    const row = change && this.options.model.row(id);
    if (!row || row.speaker_id !== change.from || REVIEWED.has(row.status)) return null;
    return this.#speakerOf(change.group) === row.speaker_id && row.speaker_id !== null
      ? null
      : change.group;
  }

  nameOfGroup(group) {
    const speaker = this.#speakerOf(group);
    if (speaker !== null) return this.options.nameOf(speaker);
    const number = this.#groups
      .slice(0, group + 1)
      .filter((_, i) => this.#speakerOf(i) === null).length;
    return this.options.t("proposal.new_speaker", { number });
  }

  lookOfGroup(group) {
    return this.looks()[group];
  }

  /** Return colour and shape of every group: its speaker's, or the next free ones. */
  looks() {
    const labels = this.options.model.speakers.map((each) => each.label);
    const own = this.#groups.map(
      (_, i) => this.options.model.speaker(this.#speakerOf(i))?.label ?? null,
    );
    const numbers = own.map((label, i) =>
      label === null
        ? labels.length + own.slice(0, i).filter((each) => each === null).length
        : labels.indexOf(label),
    );
    const lookOf = speakerColors([...labels.keys(), ...own.keys()].map((_, i) => i));
    return numbers.map(lookOf);
  }

  groupOfWindow(index) {
    return this.#windows[index];
  }

  /**
   * Return the changes by present speaker and proposed group.
   * @returns {{from: string|null, group: number, ids: string[]}[]}
   */
  pairs() {
    const pairs = new Map();
    for (const id of this.ids) {
      const { group, from } = this.#changes.get(id);
      const key = `${from} ${group}`;
      if (!pairs.has(key)) pairs.set(key, { from, group, ids: [] });
      pairs.get(key).ids.push(id);
    }
    return [...pairs.values()].sort((a, b) => b.ids.length - a.ids.length);
  }

  /** Accept the proposal for these rows, as one edit. */
  take(ids) {
    const assignments = [];
    const newSpeakers = new Map(); // group → rows of a new speaker
    const waiting = new Set(
      [...this.#newSpeakers.values()].flatMap((each) => Object.keys(each).map(Number)),
    );
    for (const id of ids) {
      const group = this.groupOf(id);
      if (group === null || waiting.has(group)) continue;
      const speaker = this.#speakerOf(group);
      if (speaker !== null) assignments.push([id, speaker]);
      else newSpeakers.set(group, [...(newSpeakers.get(group) ?? []), id]);
    }
    if (assignments.length + newSpeakers.size === 0) return;
    const edit = this.options.commands.takeProposal(assignments, [...newSpeakers.values()]);
    if (newSpeakers.size > 0)
      this.#newSpeakers.set(
        edit.id,
        Object.fromEntries([...newSpeakers].map(([group, [first]]) => [group, first])),
      );
  }

  /** Dismiss the proposal for these rows; without an argument, for all. */
  dismiss(ids = null) {
    const former = ids ?? this.ids;
    if (ids === null) {
      this.#changes.clear();
      this.#groups = [];
      this.#windows = [];
    } else ids.forEach((id) => this.#changes.delete(id));
    this.#emitChange(former);
  }

  /** Return the speaker of a group, or null if the speaker does not exist (any more). */
  #speakerOf(group) {
    const speaker = this.#groups[group] ?? null;
    return speaker !== null && this.options.model.speaker(speaker) !== null ? speaker : null;
  }

  /** Take the ids of new speakers from an answer, so that later rows of a group get the same ones. */
  #storeNewSpeakers(editId, { utterances }) {
    const newSpeakers = this.#newSpeakers.get(editId);
    if (newSpeakers === undefined) return;
    this.#newSpeakers.delete(editId);
    for (const [group, row] of Object.entries(newSpeakers))
      this.#groups[group] = utterances.find((each) => each.id === row)?.speaker_id ?? null;
    this.#emitChange([...this.#changes.keys()]);
  }

  #emitChange(ids) {
    this.dispatchEvent(new CustomEvent("change", { detail: { ids } }));
  }
}
