// The sentences of one side of a comparison of two transcripts, with what the other side lacks marked.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { speakerColors, speakerName } from "../../components/speakers/speaker_colors.js";

/** @typedef {{label: string, name: string|null}} ComparedSpeaker */

/**
 * Return a function from a sentence to its element.
 * @param {ComparedSpeaker[]} speakers of the side
 * @param {Translate} t
 */
export function sentenceDrawer(speakers, t) {
  const lookOf = speakerColors(speakers.map((_, i) => i));

  /**
   * @param {[string, boolean][]} parts texts, and whether the other side lacks them
   * @param {number|null} speaker index in the speakers
   * @param {boolean} isOther whether the other side has another speaker
   */
  return (parts, speaker, isOther = false) =>
    el(
      "p",
      { class: "ss-compared" },
      el("bdi", {
        class: isOther ? "ss-compared-name ss-differs" : "ss-compared-name",
        style: lookOf(speaker).style,
        text: speakerName(speaker === null ? null : speakers[speaker], t),
      }),
      el(
        "span",
        { dir: "auto" },
        ...parts.map(([text, isChanged]) => el(isChanged ? "mark" : "span", { text })),
      ),
    );
}

/**
 * Return one side of a row; the name is shown where the sides stand one below the other.
 * @param {"td"|"div"} tag
 * @param {string} name of the side
 * @param {HTMLElement[]} sentences
 * @param {Translate} t
 * @param {...(HTMLElement|null)} below
 */
export function comparedSide(tag, name, sentences, t, ...below) {
  return el(
    tag,
    { class: "ss-compared-side", dataset: { name } },
    ...(sentences.length > 0
      ? sentences
      : [el("p", { class: "ss-quiet", text: t("second.none") })]),
    ...below,
  );
}
