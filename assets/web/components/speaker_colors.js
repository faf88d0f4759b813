// Colour, shape and name of every speaker. The colours suit colour-blind readers:
// the palette of Okabe and Ito (2008) without black, then six of Paul Tol's "muted".
// After the last colour the first one follows with another shape.

/**
 * @import { SpeakerLook } from "../types.d.ts"
 */

const COLORS = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#882255",
  "#999933",
  "#332288",
  "#44AA99",
  "#AA4499",
  "#117733",
];
const SHAPES = ["disc", "square", "diamond", "ring"];
const NOBODY = { color: "#8A8F98", shape: "disc" };

/**
 * Return a function from a speaker's key to colour and shape.
 * @template Key
 * @param {Key[]} labels keys of the speakers in order of first appearance
 * @returns {(label: Key) => SpeakerLook}
 */
export function speakerColors(labels) {
  const looks = new Map(
    labels.map((label, i) => [
      label,
      {
        color: COLORS[i % COLORS.length],
        shape: SHAPES[Math.floor(i / COLORS.length) % SHAPES.length],
      },
    ]),
  );
  return (label) => looks.get(label) ?? NOBODY;
}

/** Return the name of a speaker: the given one, else "Speaker 3" for the label "S3". */
export function speakerName(speaker, t) {
  if (speaker === null) return t("view.unknown_speaker");
  const number = /^S(\d+)$/.exec(speaker.label)?.[1];
  return speaker.name || (number === undefined ? speaker.label : t("view.speaker", { number }));
}
