// Draws a section of the recording: sentences, sound, ruler.

/**
 * @import { Row } from "../../api/payloads.d.ts"
 * @import { SpeakerLook } from "../../types.d.ts"
 */

import { paintOf } from "../../components/speakers/speaker_colors.js";
import { themeValue } from "../../components/theme.js";
import { clock, clockTenths } from "../../components/text/time_format.js";
import { columnsOf, rulerTimes, turnStarts } from "./sections.js";

const LOUDNESS = 0.6; // exponent of the peaks: quiet speakers stay visible beside loud ones
const PEAKS_PER_S = 100; // of the peaks that the server sends
const [TOP, RULER, NAME] = [3, 18, 22]; // heights above the regions, of the ruler, of the names
const LEAST_NAME = 28; // narrowest region that shows a name

/**
 * @typedef {object} Scene
 * @property {number} fromMs
 * @property {number} spanMs
 * @property {Row[]} rows those of the section, in the order of time
 * @property {string|null} currentId
 * @property {{start: number, end: number}|null} made a sentence that is being made
 * @property {number} heardMs how far the recording has been transcribed
 * @property {Uint8Array} peaks
 * @property {((pen: CanvasRenderingContext2D, box: {top: number, height: number, width: number}) => void)|null} spectrogram draws it instead of the waveform
 * @property {(speakerId: string|null) => SpeakerLook} lookOf
 * @property {(speakerId: string|null) => string} nameOf
 */

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scene} scene
 * @param {{width: number, height: number, unit: number}} size unit: pixels per pixel of the design
 */
export function paintSection(pen, scene, { width, height, unit }) {
  const view = { fromMs: scene.fromMs, spanMs: scene.spanMs, width };
  const box = { top: TOP * unit, height: height - (TOP + RULER + 1) * unit, width, unit };
  const xOf = (ms) => ((ms - scene.fromMs) / scene.spanMs) * width;
  const columns = columnsOf(scene.rows, view);
  paintUnheard(pen, scene, box, xOf);
  for (const row of scene.rows) paintRegion(pen, scene, row, box, xOf);
  paintOverlaps(pen, scene, columns, box);
  if (scene.spectrogram) scene.spectrogram(pen, box);
  else paintPeaks(pen, scene, columns, box);
  paintNames(pen, scene, columns, box, xOf);
  paintRuler(pen, view, height, unit, xOf);
  paintMade(pen, scene, box, xOf);
  paintHandles(pen, scene, box, xOf);
}

function paintUnheard(pen, { heardMs, fromMs, spanMs }, box, xOf) {
  if (heardMs >= fromMs + spanMs) return;
  pen.fillStyle = themeValue("--hover");
  const left = Math.max(0, xOf(heardMs));
  fillRound(pen, left, box.top, box.width - left, box.height, 3 * box.unit);
}

function paintRegion(pen, { currentId, lookOf }, row, box, xOf) {
  const [left, right] = [xOf(row.start_ms), xOf(row.end_ms)];
  pen.fillStyle = paintOf(lookOf(row.speaker_id), row.id === currentId ? "-tint2" : "-tint");
  fillRound(pen, left, box.top, Math.max(1, right - left - 1), box.height, 3 * box.unit);
}

function paintOverlaps(pen, { rows, lookOf }, { upper, lower }, box) {
  const half = box.height / 2;
  for (let x = 0; x < upper.length; x++) {
    if (upper[x] === lower[x]) continue;
    pen.fillStyle = paintOf(lookOf(rows[upper[x]].speaker_id), "-tint2");
    pen.fillRect(x, box.top, 1, half);
    pen.fillStyle = paintOf(lookOf(rows[lower[x]].speaker_id), "-tint2");
    pen.fillRect(x, box.top + half, 1, half);
  }
}

function paintPeaks(pen, { rows, lookOf, peaks, fromMs, spanMs, heardMs }, columns, box) {
  const [top, room] = [NAME * box.unit, box.top + box.height - (NAME + 2) * box.unit];
  const middle = top + room / 2;
  const silent = themeValue("--ink4");
  const paints = rows.map((row) => paintOf(lookOf(row.speaker_id)));
  const perPx = ((spanMs / 1000) * PEAKS_PER_S) / box.width;
  const first = (fromMs / 1000) * PEAKS_PER_S;
  const heardX = ((heardMs - fromMs) / spanMs) * box.width;
  for (let x = 0; x < box.width; x++) {
    const tall = Math.max(1, (loudest(peaks, first + x * perPx, perPx) / 255) ** LOUDNESS * room);
    const [above, below] = [columns.upper[x], columns.lower[x]];
    const isSpeech = above !== -1 && x < heardX;
    pen.fillStyle = isSpeech ? paints[above] : silent;
    pen.fillRect(x, middle - tall / 2, 1, tall / 2);
    if (isSpeech && below !== above) pen.fillStyle = paints[below];
    pen.fillRect(x, middle, 1, tall / 2);
  }
}

function loudest(peaks, first, count) {
  let peak = 0;
  const stop = Math.min(peaks.length, Math.floor(first + count) + 1);
  for (let i = Math.max(0, Math.floor(first)); i < stop; i++) peak = Math.max(peak, peaks[i]);
  return peak;
}

/** Write each speaker's name in the first region of the turn, right of an overlap. */
function paintNames(pen, { rows, lookOf, nameOf }, { upper }, box, xOf) {
  const starts = turnStarts(rows);
  pen.font = `600 ${12 * box.unit}px ${themeValue("--font")}`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  rows.forEach((row, i) => {
    if (!starts.has(i)) return;
    const right = Math.min(box.width, xOf(row.end_ms));
    let left = Math.max(0, Math.round(xOf(row.start_ms)));
    while (left < right && upper[left] !== i && upper[left] !== -1) left++;
    if (right - left < LEAST_NAME * box.unit) return;
    pen.save();
    pen.beginPath();
    pen.rect(left, box.top, right - left - 4 * box.unit, box.height);
    pen.clip();
    pen.fillStyle = paintOf(lookOf(row.speaker_id), "-ink");
    pen.fillText(nameOf(row.speaker_id), left + 6 * box.unit, box.top + 9 * box.unit);
    pen.restore();
  });
}

function paintRuler(pen, view, height, unit, xOf) {
  const line = height - RULER * unit;
  pen.fillStyle = themeValue("--line");
  pen.fillRect(0, line, view.width, 1);
  pen.fillStyle = themeValue("--ink3");
  pen.font = `400 ${12 * unit}px ${themeValue("--font")}`;
  pen.textAlign = "center";
  const times = rulerTimes(view);
  const words = times.some((ms) => ms % 1000 !== 0) ? clockTenths : clock;
  for (const ms of times) {
    const x = xOf(ms);
    if (x > 24 * unit && x < view.width - 24 * unit)
      pen.fillText(words(ms), x, line + (RULER / 2 + 0.5) * unit);
  }
}

function paintMade(pen, { made }, box, xOf) {
  if (made === null) return;
  const [left, right] = [xOf(made.start), xOf(made.end)];
  pen.fillStyle = themeValue("--accent-tint2");
  pen.globalAlpha = 0.6;
  fillRound(pen, left, box.top, right - left, box.height, 3 * box.unit);
  pen.globalAlpha = 1;
  pen.strokeStyle = themeValue("--accent");
  pen.setLineDash([4 * box.unit, 3 * box.unit]);
  pen.strokeRect(left + 0.5, box.top + 0.5, Math.max(1, right - left - 1), box.height - 1);
  pen.setLineDash([]);
}

function paintHandles(pen, { rows, currentId, lookOf }, box, xOf) {
  const row = rows.find((each) => each.id === currentId);
  if (row === undefined) return;
  const { unit } = box;
  pen.fillStyle = pen.strokeStyle = paintOf(lookOf(row.speaker_id));
  pen.lineWidth = 2 * unit;
  for (const x of [xOf(row.start_ms), xOf(row.end_ms)]) {
    pen.fillRect(x - unit, box.top, 2 * unit, box.height);
    pen.beginPath();
    pen.roundRect(x - 3 * unit, box.top + box.height / 2 - 8 * unit, 6 * unit, 16 * unit, 3 * unit);
    pen.fillStyle = themeValue("--surface");
    pen.fill();
    pen.stroke();
    pen.fillStyle = pen.strokeStyle;
  }
  pen.lineWidth = 1;
}

function fillRound(pen, x, y, width, height, radius) {
  if (width <= 0) return;
  pen.beginPath();
  pen.roundRect(x, y, width, height, Math.min(radius, width / 2));
  pen.fill();
}
