// Shows both versions of rows that two people changed, until one is chosen.
//
// The other version is updated while the conflict is open.

/**
 * @import { RowVersion } from "../../api/payloads.d.ts"
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "./model.js"
 */

import { clock } from "../../components/text/time_format.js";
import { el } from "../../components/dom.js";
import { chip } from "../rows/row_view.js";

const SHOWN_ROWS = 4;
const FIELDS = ["text", "speaker_id", "start_ms", "end_ms", "status", "is_flagged", "comment"]; // fields that an edit changes

/**
 * Return both versions of the rows of a refused edit.
 * @returns {{theirs: RowVersion|null, mine: RowVersion|null}[]}
 */
export function versionsOf(edit, refusal) {
  const conflicts = refusal.body?.conflicts ?? [];
  return conflicts
    .filter((each) => each.table === "utterances")
    .map(({ current, wanted }) => {
      const typed =
        edit.request.kind === "correct_text" && current !== null
          ? { ...current, text: edit.request.text }
          : null;
      return { theirs: current, mine: wanted ?? typed };
    });
}

/** A row that two people changed: the stored version, which may change again, and the refused one. */
class Contested {
  #model;
  #theirs;
  #mine;
  #storedAtStart; // the model's row when the conflict began; a later one is newer than the server's answer

  constructor({ theirs, mine }, model) {
    this.id = (theirs ?? mine)?.id ?? null;
    this.#model = model;
    [this.#theirs, this.#mine] = [theirs, mine];
    this.#storedAtStart = model.stored(this.id);
    this.fields = theirs && mine ? FIELDS.filter((field) => theirs[field] !== mine[field]) : [];
  }

  get theirs() {
    const stored = this.#model.stored(this.id);
    return stored === this.#storedAtStart ? this.#theirs : stored;
  }

  /** The stored version with this user's change. */
  get mine() {
    const { theirs } = this;
    if (theirs === null || this.#mine === null) return this.#mine;
    return {
      ...theirs,
      ...Object.fromEntries(this.fields.map((field) => [field, this.#mine[field]])),
    };
  }

  get canBeMine() {
    return this.theirs !== null && this.#mine !== null;
  }

  get isResolved() {
    return (
      this.canBeMine &&
      this.fields.length > 0 &&
      this.fields.every((field) => this.theirs[field] === this.#mine[field])
    );
  }
}

/** Shows one conflict at a time, so that rows stay visible. */
export class ConflictBoard {
  #open = []; // {box, waiting, contested, update, onEnd}

  /** @param {{model: ReviewModel, t: Translate, nameOf: (speakerId: string|null) => string, lookOf: (speakerId: string|null) => SpeakerLook}} options */
  constructor(options) {
    this.options = options;
    this.node = el("div", { class: "ss-asks ss-conflicts", role: "alert" });
  }

  /**
   * Choose the stored version (1) or the user's (2) of the conflict that is shown.
   * @returns {boolean} whether the key chose one
   */
  press(key) {
    const choices = this.#open[0]?.choices ?? [];
    const choice = { 1: choices[0], 2: choices[1] }[key];
    if (choice === undefined || choice.hidden) return false;
    choice.click();
    return true;
  }

  /**
   * @param {{versions: {theirs: RowVersion|null, mine: RowVersion|null}[], onMine: () => Promise<void>, onTheirs: () => void, onEnd: () => void}} conflict
   *   onEnd: called after a choice, or when both versions became equal
   */
  show({ versions, onMine, onTheirs, onEnd }) {
    const { t, model } = this.options;
    const contested = versions.map((each) => new Contested(each, model));
    const title = el("span");
    const waiting = el("span", { class: "ss-quiet ss-small" });
    const shown = el("div", { class: "ss-contested" });
    const choice = (words, key, act, looks = "") =>
      el(
        "button",
        {
          class: `ss-button ${looks}`,
          type: "button",
          "aria-keyshortcuts": key,
          on: { click: () => this.#close(conflict, act) },
        },
        el("span", { text: t(words) }),
        el("kbd", { "aria-hidden": "true", text: key }),
      );
    const keep = choice("conflict.keep_theirs", "1", onTheirs);
    const mine = choice("conflict.put_mine", "2", onMine, "ss-primary");
    const box = el(
      "section",
      { class: "ss-conflict", "aria-label": t("conflict.title") },
      el("p", { class: "ss-conflict-title" }, title, " ", waiting),
      shown,
      el("div", { class: "ss-conflict-choice" }, keep, mine),
    );
    const update = () => {
      mine.hidden = !contested.every((each) => each.canBeMine);
      title.textContent = t(mine.hidden ? "conflict.gone" : "conflict.title");
      const more = contested.length - SHOWN_ROWS;
      shown.replaceChildren(
        ...contested
          .slice(0, SHOWN_ROWS)
          .map((each) =>
            el(
              "div",
              { class: "ss-versions" },
              this.#version("theirs", each.theirs, each.mine),
              this.#version("mine", each.mine, each.theirs),
            ),
          ),
        more > 0
          ? el("p", { class: "ss-quiet ss-small", text: t("conflict.more", { count: more }) })
          : "",
      );
    };
    const conflict = { box, waiting, contested, update, onEnd, choices: [keep, mine] };
    update();
    this.#open.push(conflict);
    this.node.append(box);
    this.#arrange();
  }

  /** Update the conflicts of changed rows. */
  update(ids) {
    const changed = new Set(ids);
    for (const conflict of this.#open.filter(({ contested }) =>
      contested.some((each) => changed.has(each.id)),
    )) {
      if (conflict.contested.every((each) => each.isResolved)) this.#close(conflict);
      else conflict.update();
    }
  }

  async #close(conflict, act = () => {}) {
    this.#open = this.#open.filter((each) => each !== conflict);
    conflict.box.remove();
    this.#arrange();
    await act();
    conflict.onEnd(); // after the chosen version is queued
  }

  #arrange() {
    const count = this.#open.length - 1;
    this.#open.forEach(({ box, waiting }, i) => {
      box.hidden = i > 0;
      waiting.textContent = count > 0 ? this.options.t("conflict.waiting", { count }) : "";
    });
  }

  #version(whose, row, other) {
    const { t, nameOf, lookOf } = this.options;
    if (row === null)
      return el(
        "div",
        { class: "ss-version" },
        el("span", { class: "ss-quiet ss-small", text: t(`conflict.${whose}`) }),
        el("p", { text: t("conflict.nothing") }),
      );
    const differs = (field) => other !== null && row[field] !== other[field];
    return el(
      "div",
      { class: "ss-version", dataset: { whose } },
      el("span", { class: "ss-quiet ss-small", text: t(`conflict.${whose}`) }),
      el(
        "div",
        { class: "ss-version-facts" },
        chip(nameOf(row.speaker_id), lookOf(row.speaker_id), { tag: "span" }),
        el("span", {
          class: differs("start_ms") || differs("end_ms") ? "ss-small" : "ss-quiet ss-small",
          text: `${seconds(row.start_ms)}–${seconds(row.end_ms)}`,
        }),
        row.status === "machine"
          ? null
          : el("span", { class: "ss-quiet ss-small", text: t(`review.status_${row.status}`) }),
      ),
      el("p", { class: "ss-version-text", dir: "auto" }, ...marked(row.text, other?.text)),
      row.is_flagged
        ? el("p", {
            class: "ss-small ss-version-text",
            dir: "auto",
            text: [t("review.flagged"), row.comment].filter(Boolean).join(" · "),
          })
        : null,
    );
  }
}

/** Return a text with the part marked in which it differs from another. */
function marked(text, other) {
  if (other === undefined || other === text) return [text];
  const [from, to] = differingPart(text, other);
  return [text.slice(0, from), el("mark", { text: text.slice(from, to) }), text.slice(to)];
}

/**
 * Return the range [from, to) of a text that is not the same at the start or the end of another.
 * @param {string} text
 * @param {string} other
 */
export function differingPart(text, other) {
  const least = Math.min(text.length, other.length);
  let from = 0;
  while (from < least && text[from] === other[from]) from += 1;
  let end = 0;
  while (end < least - from && text.at(-1 - end) === other.at(-1 - end)) end += 1;
  return [from, text.length - end];
}

const seconds = (ms) => `${clock(ms)}.${Math.floor((ms % 1_000) / 100)}`;
