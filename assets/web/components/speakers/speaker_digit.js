// The badge with a speaker's number, which is also the key that assigns sentences to the speaker.

/**
 * @import { SpeakerLook } from "../../types.d.ts"
 */

import { el } from "../dom.js";

/**
 * Return the badge; its colours come from the look's CSS variables on it or on an element around it.
 * @param {SpeakerLook} look
 */
export function digit(look) {
  return el("span", {
    class: look.isHollow ? "ss-digit ss-digit-hollow" : "ss-digit",
    style: look.style,
    text: String(look.number),
  });
}
