// Draws rows: the head of the turn on its first row, the status, the text and the actions.

/**
 * @import { Row } from "../../api/payloads.d.ts"
 * @import { SpeakerLook, Translate, TurnPlace } from "../../types.d.ts"
 * @import { TranscriptEditor } from "../editor.js"
 */

import { clock } from "../../components/text/time_format.js";
import { el, icon } from "../../components/dom.js";
import { digit } from "../../components/speakers/speaker_digit.js";
import { turnPlace } from "./turns.js";

const STATUS_ICONS = { verified: "check", rejected: "eye-off", corrected: "pencil" };

export class RowView {
  #narrow = window.matchMedia("(max-width: 1023px), (pointer: coarse)");

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** Whether the current row shows its actions in a strip, for fingers. */
  get hasStrips() {
    return this.#narrow.matches;
  }

  /**
   * @param {string} id
   * @param {number} index of the row among the visible ones
   */
  draw(id, index) {
    const { editor } = this;
    const { model, lookOf, nameOf, selection, suggestions } = editor;
    const row = model.row(id);
    const turn = turnPlace(editor.visible, index, model);
    const speaker = turn.overlap?.speaker;
    const former = model.formerSpeaker(id);
    const isCurrent = id === selection.current;
    return drawRow(row, {
      look: lookOf(row.speaker_id),
      name: nameOf(row.speaker_id),
      t: editor.t,
      turn,
      other: turn.overlap === null ? null : { name: nameOf(speaker), look: lookOf(speaker) },
      isProvisional: editor.liveTranscript.isProvisional(row),
      isCurrent,
      isSelected: selection.has(id),
      isSpoken: id === editor.playingRow.id,
      hasStrip: this.hasStrips && isCurrent && !editor.readOnly,
      isDoubtful: model.isDoubtful(id),
      former: former === null ? null : nameOf(former),
      proposed: this.#proposedFor(id),
      isOffered: suggestions.isViewed && suggestions.has(id),
    });
  }

  /** Return what the look of a row has from its neighbours. */
  turnState(index) {
    const { visible, model } = this.editor;
    const { isFirst, isLast, overlap } = turnPlace(visible, index, model);
    return `${isFirst} ${isLast} ${overlap?.speaker} ${overlap?.ms} ${overlap?.isLater}`;
  }

  /** Return what a row would get by a suggestion or a new clustering; null for nothing. */
  #proposedFor(id) {
    const { suggestions, proposal } = this.editor;
    const suggested = suggestions.proposedFor(id);
    const group = suggested === null ? proposal.groupOf(id) : null;
    if (group === null) return suggested;
    return { name: proposal.nameOfGroup(group), look: proposal.lookOfGroup(group) };
  }
}

/**
 * @param {Row} row
 * @param {{look: SpeakerLook, name: string, t: Translate, turn: TurnPlace, isCurrent: boolean, isSelected: boolean, isSpoken: boolean,
 *   isDoubtful: boolean, proposed: {name: string, look: SpeakerLook|null}|null, other: {name: string, look: SpeakerLook}|null,
 *   isProvisional: boolean, isOffered: boolean, hasStrip: boolean, former: string|null}} state
 *   former: name of the speaker before a person assigned another; hasStrip: whether the row shows its actions in a strip, for fingers; isOffered: whether a person is asked to accept or decline what is proposed; proposed: another proposed speaker, or without a look another text; other: whose speech overlaps; isProvisional: whether the run
 *   may still change the speaker
 */
function drawRow(row, state) {
  const { look, t, turn, other } = state;
  return el(
    "div",
    {
      class: rowClasses(row, state),
      role: "row",
      id: `row-${row.id}`,
      "aria-selected": String(state.isSelected),
      dataset: { id: row.id },
      style: look.style,
    },
    turn.isFirst ? turnHead(row, state) : hiddenName(state),
    gutter(row, state),
    el("span", {
      class: "ss-cell ss-text",
      role: "gridcell",
      dir: "auto",
      text: row.text,
      dataset: row.text === "" ? { empty: t("review.no_text") } : {},
    }),
    rowActions(t),
    state.hasStrip ? strip(state) : null,
    state.proposed === null ? null : proposed(state),
    el("span", { class: "ss-strand", "aria-hidden": "true" }),
    other === null
      ? null
      : el("span", { class: "ss-strand-other", "aria-hidden": "true", style: other.look.style }),
  );
}

function rowClasses(row, { turn, look, isCurrent, isSelected, isSpoken, isProvisional }) {
  const states = {
    "ss-turn-first": turn.isFirst,
    "ss-turn-last": turn.isLast,
    "ss-hollow": look.isHollow,
    "ss-current": isCurrent,
    "ss-selected": isSelected,
    "ss-spoken": isSpoken,
    "ss-is-provisional": isProvisional,
  };
  const named = Object.keys(states).filter((name) => states[name]);
  return ["ss-row", `ss-is-${row.status}`, ...named].join(" ");
}

/** Return the line above a turn: speaker, start, former speaker and overlapping speech. */
function turnHead(row, { name, t, turn, other, isProvisional, former }) {
  return el(
    "span",
    { class: "ss-turn", role: "rowheader" },
    el("button", {
      class: isProvisional ? "ss-name ss-provisional" : "ss-name",
      type: "button",
      tabindex: "-1",
      title: t(isProvisional ? "growing.provisional" : "review.change_speaker", { name }),
      text: name,
    }),
    el("time", { text: clock(row.start_ms) }),
    former === null
      ? null
      : el("span", {
          class: "ss-turn-note ss-turn-former",
          text: t("review.former_speaker", { name: former }),
        }),
    other === null || turn.overlap.isLater
      ? null
      : el(
          "span",
          { class: "ss-turn-note ss-turn-overlap" },
          icon("layers-2"),
          t("review.overlap", { name: other.name, seconds: (turn.overlap.ms / 1_000).toFixed(1) }),
        ),
  );
}

/** Return the speaker's name for screen readers, where the turn has begun in an earlier row. */
function hiddenName({ name }) {
  return el("span", { class: "ss-sr ss-name", role: "rowheader", text: name });
}

function gutter(row, { t, isDoubtful, former }) {
  const flag = row.comment === "" ? t("review.flagged") : `${t("review.flagged")}: ${row.comment}`;
  return el(
    "span",
    {
      class: "ss-cell ss-start",
      role: "gridcell",
      title: former === null ? null : t("review.former_speaker", { name: former }),
    },
    el("time", { text: clock(row.start_ms) }),
    row.is_flagged ? sign("flag", flag, "ss-flagged") : null,
    STATUS_ICONS[row.status]
      ? sign(STATUS_ICONS[row.status], t(`review.status_${row.status}`), `ss-sign-${row.status}`)
      : null,
    isDoubtful ? el("span", { class: "ss-sr", text: t("filter.doubtful") }) : null,
  );
}

/** @type {HTMLElement|null} */
let actions = null; // copied for each row, which is faster than to create it

function rowActions(t) {
  const button = (act, picture, words) =>
    el(
      "button",
      {
        class: "ss-row-act",
        type: "button",
        tabindex: "-1",
        title: words,
        "aria-label": words,
        dataset: { act },
      },
      icon(picture),
    );
  actions ??= el(
    "span",
    { class: "ss-cell ss-acts", role: "gridcell" },
    button("verify", "check", t("edit.verify")),
    button("menu", "ellipsis", t("review.more")),
  );
  return actions.cloneNode(true);
}

/** Update the selection state of a drawn row in place, so that a double click finds the element. */
export function markRow(node, { isCurrent, isSelected }) {
  if (node === null) return;
  node.classList.toggle("ss-current", isCurrent);
  node.classList.toggle("ss-selected", isSelected);
  node.setAttribute("aria-selected", String(isSelected));
}

/**
 * Return a speaker's name with colour and shape.
 * @param {string} name
 * @param {SpeakerLook} look
 * @param {{label?: string|null, tag?: "button"|"span"}} options
 */
export function chip(name, look, { label = null, tag = "button" } = {}) {
  return el(
    tag,
    {
      class: "ss-chip",
      type: tag === "button" ? "button" : null,
      tabindex: tag === "button" ? "-1" : null,
      title: label,
      style: look.style,
    },
    el("span", { class: look.isHollow ? "ss-mark ss-ring" : "ss-mark", "aria-hidden": "true" }),
    el("span", { class: "ss-chip-name", text: name }),
  );
}

/** Return the strip of actions below the text of the row that was tapped. */
function strip({ t, look }) {
  const button = (act, picture, kind = "") =>
    el(
      "button",
      { class: `ss-button ${kind}`, type: "button", dataset: { act } },
      picture,
      el("span", { text: t(`strip.${act}`) }),
    );
  return el(
    "span",
    { class: "ss-row-strip", role: "gridcell" },
    button("verify", icon("check"), "ss-primary"),
    button("speaker_menu", digit(look)),
    button("edit", icon("pencil")),
    button("split", icon("split")),
    button("merge_next", icon("merge")),
    el(
      "button",
      {
        class: "ss-button",
        type: "button",
        "aria-label": t("review.more"),
        dataset: { act: "menu" },
      },
      icon("ellipsis"),
    ),
  );
}

/** Return what a row would get, which a press accepts, and for a suggestion the choice. */
function proposed({ proposed: { name, look }, isOffered, t }) {
  const label = t("proposal.take_one", { name });
  const node =
    look === null
      ? el("button", { class: "ss-chip", type: "button", tabindex: "-1", title: label, text: name })
      : chip(name, look, { label });
  node.classList.add("ss-proposed");
  const cell = {
    class: isOffered ? "ss-proposed-cell ss-offered" : "ss-proposed-cell",
    role: "gridcell",
  };
  return el("span", cell, node, ...(isOffered ? offerActions(t) : []));
}

function offerActions(t) {
  return [
    ["take_proposed", "check", "suggestions.take"],
    ["drop_proposed", "x", "suggestions.decline"],
  ].map(([act, picture, words]) =>
    el(
      "button",
      { class: "ss-button", type: "button", tabindex: "-1", dataset: { act } },
      icon(picture),
      el("span", { text: t(words) }),
    ),
  );
}

function sign(name, words, className) {
  return el(
    "span",
    { class: `ss-sign ${className}`, role: "img", "aria-label": words, title: words },
    icon(name),
  );
}
