// The word that a correction replaced, and the rows that have the same wrong word.

import { differingPart } from "../edits/conflict_board.js";

const LONGEST_WORD = 16; // characters; a longer change is a new wording
const FEWEST_CHARACTERS = 2; // of a wrong word that is looked for elsewhere
const CONTEXT = 6; // characters on each side of a word that is shown
const COMMON = /[我你他她它的了是在再不就也都和这那有把被吗呢吧]/u; // not in names and terms
const WORD = /[\p{L}\p{N}]/u;
const CASED = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]/u; // scripts with spaces between words

/**
 * Return the wrong and the right word of a correction; null if it is not the change of one word.
 *
 * A single wrong character is taken with the next word, because alone it is right elsewhere.
 * @param {string} before
 * @param {string} after
 * @returns {{wrong: string, right: string, isWord: boolean}|null} isWord: whether it is a word of its own
 */
export function correctedWord(before, after) {
  if (before === after) return null;
  const change = widened(before, after, wordsOf(before), wordsOf(after));
  const { wrong, right } = change;
  if (!WORD.test(wrong) || !WORD.test(right) || Math.max(wrong.length, right.length) > LONGEST_WORD)
    return null;
  if (wrong.length >= FEWEST_CHARACTERS)
    return { wrong, right, isWord: right.length >= FEWEST_CHARACTERS && !COMMON.test(right) };
  const [next] = wordsOf(before.slice(change.end)).filter(([from]) => from === 0);
  const more = next === undefined ? "" : before.slice(change.end, change.end + next[1]);
  return WORD.test(more) ? { wrong: wrong + more, right: right + more, isWord: false } : null;
}

/**
 * Return a text with every wrong word replaced; null if it has none, or one of them is part of
 * another word or of the right one.
 */
export function textWithWord(text, { wrong, right }) {
  if (!text.includes(wrong)) return null;
  const replaced = text.replaceAll(wrong, right);
  for (let at = text.indexOf(wrong); at >= 0; at = text.indexOf(wrong, at + wrong.length))
    if (isInsideWord(text, at, wrong.length) || isInside(text, at, wrong, right)) return null;
  return replaced;
}

/** Return the surroundings of a word that stands in a text. */
export function excerpt(text, word) {
  const at = text.indexOf(word);
  const [from, to] = [Math.max(0, at - CONTEXT), at + word.length + CONTEXT];
  return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
}

/** Return the differing parts of two texts, widened to the borders of the words of both. */
function widened(before, after, wordsBefore, wordsAfter) {
  let [from, end] = differingPart(before, after);
  const longer = after.length - before.length;
  for (let isWider = true; isWider;) {
    const start = Math.min(startIn(wordsBefore, from), startIn(wordsAfter, from));
    const stop = Math.max(stopIn(wordsBefore, end), stopIn(wordsAfter, end + longer) - longer);
    isWider = start < from || stop > end;
    [from, end] = [start, stop];
  }
  return { wrong: before.slice(from, end), right: after.slice(from, end + longer), end };
}

const startIn = (words, at) => words.find(([from, to]) => from < at && at < to)?.[0] ?? at;
const stopIn = (words, at) => words.find(([from, to]) => from < at && at < to)?.[1] ?? at;

/** @returns {[number, number][]} the range of each word */
function wordsOf(text) {
  return [...new Intl.Segmenter("zh", { granularity: "word" }).segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ index, segment }) => [index, index + segment.length]);
}

/** Return whether a place in a text of spaced words begins or ends within a word. */
function isInsideWord(text, at, length) {
  const joins = (left, right) => CASED.test(text[left] ?? "") && CASED.test(text[right] ?? "");
  return joins(at - 1, at) || joins(at + length - 1, at + length);
}

/** Return whether a wrong word is part of the right word, which contains it. */
function isInside(text, at, wrong, right) {
  for (let shift = right.indexOf(wrong); shift >= 0; shift = right.indexOf(wrong, shift + 1))
    if (text.startsWith(right, at - shift)) return true;
  return false;
}
