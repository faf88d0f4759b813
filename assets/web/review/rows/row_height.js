// Estimated heights of rows that were not drawn yet.

const LINE_PX = 26;
const PADDING_PX = 4;
const TURN_HEAD_PX = 22;
const TURN_GAP_PX = 20;
const COMPACT_GAP_PX = 8;
const TEXT_PX = 720; // width of the text
const WIDE_PX = 16; // width of a Chinese character
const NARROW_PX = 8; // of a Latin letter, on average
const WIDE = /[\u2e80-\uffff]/g;

/**
 * Return the height in px of a row.
 * @param {string} text
 * @param {boolean} isFirst whether a turn begins with it
 * @param {boolean} isCompact
 */
export function estimatedHeight(text, isFirst, isCompact) {
  const numWide = text.match(WIDE)?.length ?? 0;
  const width = numWide * WIDE_PX + (text.length - numWide) * NARROW_PX;
  const lines = Math.max(1, Math.ceil(width / TEXT_PX));
  const head = isCompact ? COMPACT_GAP_PX : TURN_GAP_PX + TURN_HEAD_PX;
  return lines * LINE_PX + PADDING_PX + (isFirst ? head : 0);
}
