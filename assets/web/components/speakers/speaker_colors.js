// Colours, number and name of every speaker. The colours are those of styles/tokens.css: eight hues
// that colour-blind readers can tell apart; speakers 9 to 16 use them again, drawn hollow.

/**
 * @import { SpeakerLook } from "../../types.d.ts"
 */

import { themeValue } from "../theme.js";

const NUM_HUES = 8;

/** @returns {SpeakerLook} */
function lookOf(number) {
  const hue = number === 0 ? 0 : ((number - 1) % NUM_HUES) + 1;
  return {
    number,
    hue,
    isHollow: Math.floor((number - 1) / NUM_HUES) % 2 === 1,
    color: `var(--s${hue})`,
    style: {
      "--speaker": `var(--s${hue})`,
      "--speaker-ink": `var(--s${hue}-ink)`,
      "--speaker-tint": `var(--s${hue}-tint)`,
      "--speaker-tint2": `var(--s${hue}-tint2)`,
      "--speaker-on": `var(--s${hue}-on)`,
    },
  };
}

const NOBODY = lookOf(0);

/**
 * Return a function from a speaker's key to the speaker's look.
 * @template Key
 * @param {Key[]} labels keys of the speakers in order of first appearance
 * @returns {(label: Key) => SpeakerLook}
 */
export function speakerColors(labels) {
  const looks = new Map(labels.map((label, i) => [label, lookOf(i + 1)]));
  return (label) => looks.get(label) ?? NOBODY;
}

/**
 * Return a speaker's colour for a canvas, which cannot read CSS variables.
 * @param {SpeakerLook} look
 * @param {""|"-ink"|"-tint"|"-tint2"|"-on"} kind
 */
export function paintOf(look, kind = "") {
  return themeValue(`--s${look.hue}${kind}`);
}

/** Return the name of a speaker: the given one, else "Speaker 3" for the label "S3". */
export function speakerName(speaker, t) {
  if (speaker === null) return t("view.unknown_speaker");
  const number = /^S(\d+)$/.exec(speaker.label)?.[1];
  return speaker.name || (number === undefined ? speaker.label : t("view.speaker", { number }));
}
