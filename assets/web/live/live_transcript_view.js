// The text of a live recording, turn by turn, with the passing text at its end.

/**
 * @import { LiveText, Sentence, Turn } from "./live_text.js"
 * @import { SpeakerLook, Translate } from "../types.d.ts"
 */

import { el, icon } from "../components/dom.js";
import { speakerColors } from "../components/speakers/speaker_colors.js";
import { clock } from "../components/text/time_format.js";

const NEAR_END_PX = 48;
const MAX_SPEAKERS = 64;

export const lookOfNumber = speakerColors(Array.from({ length: MAX_SPEAKERS }, (_, i) => i));

/** Return the name of a speaker's number from 0; null is somebody unknown. */
export const nameOfNumber = (number, t) =>
  number === null ? t("view.unknown_speaker") : t("view.speaker", { number: number + 1 });

export class LiveTranscriptView {
  #drawn = []; // signature of each drawn turn

  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.turns = el("div", { class: "ss-live-turns", role: "list" });
    this.hint = el("p", { class: "ss-quiet ss-live-hint", text: t("live.hint") });
    this.scroll = el(
      "div",
      {
        class: "ss-live-scroll",
        tabindex: "0",
        role: "region",
        "aria-label": t("live.transcript"),
        on: { scroll: () => this.#showReturn() },
      },
      el("div", { class: "ss-live-column" }, this.hint, this.turns),
    );
    this.return = el(
      "button",
      {
        class: "ss-button ss-live-return",
        type: "button",
        hidden: true,
        on: { click: () => this.#toEnd() },
      },
      t("live.to_end"),
      icon("arrow-down"),
    );
    this.node = el("div", { class: "ss-doc ss-live-doc" }, this.scroll, this.return);
  }

  /** @param {LiveText} text */
  show(text) {
    const turns = withPassing(text);
    this.hint.hidden = turns.length > 0;
    const signatures = turns.map((turn) => JSON.stringify(turn));
    const rows = /** @type {HTMLElement[]} */ ([...this.turns.children]);
    turns.forEach((turn, i) => {
      if (this.#drawn[i] === signatures[i]) return;
      const drawn = this.#turn(turn);
      if (rows[i]) rows[i].replaceWith(drawn);
      else this.turns.append(drawn);
    });
    for (const row of rows.slice(turns.length)) row.remove();
    this.#drawn = signatures;
  }

  /** @param {ReturnType<typeof withPassing>[number]} turn */
  #turn({ speaker, start_ms: startMs, sentences, passing }) {
    const { t } = this;
    const look = lookOfNumber(speaker);
    const isProvisional = passing !== null && sentences.length === 0;
    return el(
      "section",
      {
        class: turnClasses(look, isProvisional),
        role: "listitem",
        style: look.style,
        dataset: { speaker: String(speaker ?? "") },
      },
      el("span", { class: "ss-live-strand", "aria-hidden": "true" }),
      el(
        "div",
        { class: "ss-live-turn-head" },
        el("span", { class: "ss-live-name", text: nameOfNumber(speaker, t) }),
        el("time", { text: clock(startMs) }),
        isProvisional ? el("span", { text: t("live.provisional") }) : null,
      ),
      el(
        "p",
        { class: "ss-live-text", dir: "auto" },
        ...sentences.map(({ text }) => el("span", { class: "ss-live-final", text })),
        passing === null ? null : this.#passing(passing),
      ),
    );
  }

  /** Return the passing text, which screen readers are not to read: it changes all the time. */
  #passing({ text, firm }) {
    const characters = [...text];
    return el(
      "span",
      { class: "ss-live-passing", "aria-hidden": "true" },
      el("span", { class: "ss-live-firm", text: characters.slice(0, firm).join("") }),
      el("span", { class: "ss-live-grey", text: characters.slice(firm).join("") }),
      el("i", { class: "ss-live-caret" }),
    );
  }

  /** The list is scrolled from its end: 0 is the end, earlier text is negative. */
  #showReturn() {
    this.return.hidden = this.scroll.scrollTop > -NEAR_END_PX;
  }

  #toEnd() {
    this.scroll.scrollTop = 0;
    this.scroll.focus();
  }
}

/**
 * Return the turns with the passing text in the last one, or in one of its own.
 * @param {LiveText} text
 */
function withPassing({ turns, passing }) {
  const shown = turns.map((turn) => ({ ...turn, passing: null }));
  if (passing === null) return shown;
  const { speaker, start_ms: startMs } = passing;
  const last = shown.at(-1);
  const part = { text: passing.text, firm: passing.firm };
  if (last && (speaker === null || last.speaker === speaker)) last.passing = part;
  else shown.push({ speaker, start_ms: startMs, sentences: [], passing: part });
  return shown;
}

/** @param {SpeakerLook} look */
function turnClasses(look, isProvisional) {
  return [
    "ss-live-turn",
    look.isHollow ? "ss-hollow" : "",
    isProvisional ? "ss-is-provisional" : "",
  ].join(" ");
}
