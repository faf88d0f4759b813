// A strip of the speakers' shares in the talk of a recording, or of the progress of its run.

/**
 * @import { Recording } from "../../api/payloads.d.ts"
 */

import { el } from "../dom.js";
import { speakerColors } from "./speaker_colors.js";

const LEAST_SHARE = 0.01; // thinner parts cannot be seen

/**
 * Return the strip of a recording; null if it has neither talk nor a run at work.
 * @param {Recording} recording
 */
export function shareStrip({ run, talk }) {
  if (run?.state === "running") return progressStrip(run.fraction);
  if (run?.state === "queued") return progressStrip(0);
  const parts = talk.filter(({ share }) => share >= LEAST_SHARE);
  if (parts.length === 0) return null;
  const lookOf = speakerColors(
    Array.from({ length: 1 + Math.max(...parts.map((each) => each.speaker ?? 0)) }, (_, i) => i),
  );
  return el(
    "span",
    { class: "ss-talk", "aria-hidden": "true" },
    ...parts.map(({ speaker, share }) =>
      el("span", { style: { ...lookOf(speaker).style, "flex-grow": String(share) } }),
    ),
  );
}

function progressStrip(fraction) {
  return el(
    "span",
    { class: "ss-talk ss-talk-progress", "aria-hidden": "true" },
    el("span", { style: { width: `${100 * fraction}%` } }),
  );
}
