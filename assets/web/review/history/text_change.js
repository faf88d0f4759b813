// What changed between two versions of a text.

import { el } from "../../components/dom.js";

/**
 * Split two versions into the part that differs and the equal parts around it.
 * @param {string} before
 * @param {string} after
 */
export function splitChange(before, after) {
  const [old, now] = [[...before], [...after]]; // code points, so that no surrogate pair is cut
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  return {
    lead: old.slice(0, start).join(""),
    removed: old.slice(start, old.length - end).join(""),
    added: now.slice(start, now.length - end).join(""),
    rest: old.slice(old.length - end).join(""),
  };
}

/** Return the nodes that show a change of text: removed and added characters between equal ones. */
export function changeNodes(before, after) {
  const { lead, removed, added, rest } = splitChange(before, after);
  return [
    lead,
    removed ? el("del", { text: removed }) : null,
    added ? el("ins", { text: added }) : null,
    rest,
  ].filter((each) => each !== null && each !== "");
}

/** Return the nodes that show one value in place of another. */
export function replacedNodes(before, after) {
  return [before === "" ? "" : `${before} → `, el("ins", { text: after })];
}
