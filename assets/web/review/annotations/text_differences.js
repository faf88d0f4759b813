// The characters of a text that another text has not.

import { el } from "../../components/dom.js";

const MOST_CELLS = 4_000_000; // of the table of common parts; longer texts are marked as a whole

/**
 * Return for each character of a text whether it is in a longest common subsequence with another.
 * @param {string} text
 * @param {string} other
 * @returns {boolean[]} one for each code point of `text`
 */
export function commonCharacters(text, other) {
  const [ours, theirs] = [[...text], [...other]];
  const isCommon = ours.map(() => text === other);
  const width = theirs.length + 1;
  if (text === other || ours.length * width > MOST_CELLS) return isCommon;
  const lengths = new Uint16Array((ours.length + 1) * width); // of the common part of both ends
  for (let i = ours.length - 1; i >= 0; i--)
    for (let j = theirs.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        ours[i] === theirs[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  for (let i = 0, j = 0; i < ours.length && j < theirs.length;) {
    if (ours[i] === theirs[j]) {
      isCommon[i++] = true;
      j++;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i++;
    else j++;
  }
  return isCommon;
}

/**
 * Return the nodes of a part of a text, with the characters that the other text has not marked.
 * @param {string} text
 * @param {string} other
 * @param {number} from first code point of the part
 * @param {number} to code point after the part
 */
export function markDifferences(text, other, from, to) {
  const isCommon = commonCharacters(text, other);
  const characters = [...text];
  const nodes = [];
  for (let i = from; i < to;) {
    let end = i + 1;
    while (end < to && isCommon[end] === isCommon[i]) end++;
    const part = characters.slice(i, end).join("");
    nodes.push(isCommon[i] ? part : el("mark", { text: part }));
    i = end;
  }
  return nodes;
}
