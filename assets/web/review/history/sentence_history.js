// The edits of one sentence, oldest first.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { clock } from "../../components/text/time_format.js";
import { el } from "../../components/dom.js";
import { getJson } from "../../api/server.js";
import { historyEntry } from "./history_entry.js";
import { changeNodes, replacedNodes } from "./text_change.js";

const REST_MS = 200; // after the last change of the current row

export class SentenceHistory {
  #request = 0;
  #timer = 0;

  /** @param {{transcriptId: string, t: Translate, currentId: () => string|null, nameOf: (speakerId: string|null) => string}} options */
  constructor(options) {
    this.options = options;
    this.list = el("ol", { class: "ss-history" });
    this.node = el(
      "section",
      { class: "ss-life", "aria-label": options.t("life.title"), hidden: true },
      el("h3", { class: "ss-heading", text: options.t("life.title") }),
      this.list,
    );
  }

  /** Load the history of the current sentence after a pause. */
  update() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), REST_MS);
  }

  async #load() {
    const request = ++this.#request;
    const { transcriptId, currentId } = this.options;
    const id = currentId();
    if (id === null) return this.#show([]);
    try {
      const { steps } = await getJson(`transcripts/${transcriptId}/utterances/${id}/life`);
      if (request === this.#request) this.#show(steps);
    } catch {
      if (request === this.#request) this.#show([]); // the list of all edits below reports errors
    }
    return undefined;
  }

  #show(steps) {
    this.node.hidden = steps.length === 0;
    this.list.replaceChildren(...steps.map((step) => this.#line(step)));
  }

  #line(step) {
    const { t } = this.options;
    const author = step.author === "machine" ? "" : step.author;
    return historyEntry(step, {
      title: t(`edit.${step.kind}`),
      change: this.#changes(step.before, step.after).flatMap((nodes, i) =>
        i === 0 ? nodes : [" · ", ...nodes],
      ),
      note: [step.undone ? t("life.undone") : "", author].filter(Boolean).join(" · "),
    });
  }

  /** @returns {(Node|string)[][]} what changed: text, speaker, times, comment */
  #changes(before, after) {
    const { nameOf } = this.options;
    if (after === null) return [];
    if (before === null) return [[after.text], [nameOf(after.speaker_id)], [timesOf(after)]];
    return [
      before.text === after.text ? [] : changeNodes(before.text, after.text),
      before.speaker_id === after.speaker_id
        ? []
        : replacedNodes(nameOf(before.speaker_id), nameOf(after.speaker_id)),
      timesOf(before) === timesOf(after) ? [] : replacedNodes(timesOf(before), timesOf(after)),
      before.comment === after.comment || after.comment === "" ? [] : [after.comment],
    ].filter((nodes) => nodes.length > 0);
  }
}

const timesOf = ({ start_ms: start, end_ms: end }) => `${tenths(start)}–${tenths(end)}`;
const tenths = (ms) => `${clock(ms)}.${Math.floor((ms % 1_000) / 100)}`;
