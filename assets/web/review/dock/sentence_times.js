// The typed start and end of the current sentence.

/**
 * @import { Row } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { clockTenths, parseClock, secondsTenths } from "../../components/text/time_format.js";

const STEP_MS = 100;
const SHORTEST_MS = 50;

/**
 * Return the new times of a row whose fields were typed in, or why they cannot be taken.
 * A field that was not changed keeps the row's exact time.
 * @param {Pick<Row, "start_ms"|"end_ms">} row
 * @param {{start: string, end: string}} typed
 * @param {number} durationMs
 * @returns {{start: number, end: number}|{problem: string, values: Record<string, string>, field: "start"|"end"}}
 */
export function typedTimes(row, typed, durationMs) {
  const times = { start: row.start_ms, end: row.end_ms };
  for (const field of /** @type {const} */ (["start", "end"])) {
    if (typed[field] === clockTenths(times[field])) continue;
    const ms = parseClock(typed[field]);
    if (ms === null) return { problem: "dock.no_time", values: { text: typed[field] }, field };
    if (ms > durationMs)
      return { problem: "dock.beyond", values: { end: clockTenths(durationMs) }, field };
    times[field] = ms;
  }
  if (times.end - times.start < SHORTEST_MS)
    return {
      problem: "dock.order",
      values: {},
      field: typed.start === clockTenths(row.start_ms) ? "end" : "start",
    };
  return times;
}

export class SentenceTimes {
  /** @type {Map<string, {start: string, end: string}>} what was typed and is not taken, by row */
  #drafts = new Map();
  /** @type {Row|null} */
  #row = null;

  /**
   * @param {{t: Translate, currentRow: () => Row|null, durationMs: () => number, onRetime: (id: string, start: number, end: number) => void, onProblem: (words: string) => void, onLeave: () => void}} options
   *   onLeave: called when Enter or Escape ends typing
   */
  constructor(options) {
    this.options = options;
    const { t } = options;
    this.start = this.#field(t("dock.start"), "start");
    this.end = this.#field(t("dock.end"), "end");
    this.length = el("span", { class: "ss-span-length" });
    this.node = el(
      "span",
      { class: "ss-span", role: "group", "aria-label": t("dock.sentence"), hidden: true },
      el("span", { class: "ss-span-word", text: t("dock.sentence"), "aria-hidden": "true" }),
      this.start,
      el("span", { text: "–", "aria-hidden": "true" }),
      this.end,
      this.length,
    );
  }

  /** Show the current sentence; what was typed for it and not taken is shown again. */
  update() {
    const row = this.options.currentRow();
    if (this.node.contains(document.activeElement) && this.#row !== null) {
      if (row?.id === this.#row.id) this.#row = row;
      return;
    }
    this.#row = row;
    this.node.hidden = row === null;
    if (row !== null) this.#fill(this.#drafts.get(row.id) ?? shown(row));
  }

  #field(label, name) {
    return el("input", {
      class: "ss-time-field",
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": label,
      dataset: { control: `sentence-${name}` },
      on: {
        focus: (event) => event.target.select(),
        keydown: (event) => this.#key(event),
        input: () => this.#typed(),
        blur: (event) => this.#left(event),
      },
    });
  }

  #fill({ start, end }) {
    this.start.value = start;
    this.end.value = end;
    this.#showLength();
  }

  #typed() {
    this.#drafts.set(this.#row.id, { start: this.start.value, end: this.end.value });
    for (const field of [this.start, this.end]) field.removeAttribute("aria-invalid");
    this.#showLength();
  }

  #showLength() {
    const times = this.#times();
    this.length.textContent =
      "problem" in times
        ? ""
        : this.options.t("dock.seconds", { seconds: secondsTenths(times.end - times.start) });
  }

  #times() {
    const typed = { start: this.start.value, end: this.end.value };
    return typedTimes(this.#row, typed, this.options.durationMs());
  }

  #key(event) {
    if (event.isComposing) return;
    const step = { ArrowUp: STEP_MS, ArrowDown: -STEP_MS }[event.key];
    if (step !== undefined) this.#step(event.target, step);
    else if (event.key === "Enter") {
      if (this.#take()) this.options.onLeave();
    } else if (event.key === "Escape") {
      this.#restore();
      this.options.onLeave();
    } else return;
    event.preventDefault();
  }

  #step(field, by) {
    const ms = parseClock(field.value);
    if (ms === null) return;
    field.value = clockTenths(Math.max(0, Math.min(this.options.durationMs(), ms + by)));
    this.#typed();
  }

  #left(event) {
    if (this.node.contains(event.relatedTarget)) return;
    if (this.#row !== null && this.#drafts.has(this.#row.id)) this.#take();
    queueMicrotask(() => this.update()); // the current sentence may have changed meanwhile
  }

  #restore() {
    this.#drafts.delete(this.#row.id);
    this.#fill(shown(this.#row));
  }

  /** Send the typed times. @returns {boolean} whether they can be taken */
  #take() {
    const { t, onRetime, onProblem } = this.options;
    const times = this.#times();
    if ("problem" in times) {
      this[times.field].setAttribute("aria-invalid", "true");
      onProblem(t(times.problem, times.values));
      return false;
    }
    const { id, start_ms: start, end_ms: end } = this.#row;
    this.#drafts.delete(id);
    onProblem("");
    if (times.start !== start || times.end !== end) onRetime(id, times.start, times.end);
    return true;
  }
}

const shown = (row) => ({ start: clockTenths(row.start_ms), end: clockTenths(row.end_ms) });
