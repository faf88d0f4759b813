// The edits of one sentence, oldest first.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { clock } from "../../components/time_format.js";
import { el } from "../../components/dom.js";
import { getJson } from "../../api/server.js";

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
    const who = step.author === "machine" ? "" : step.author;
    return el(
      "li",
      { class: step.undone ? "ss-edit ss-edit-undone" : "ss-edit" },
      el(
        "div",
        {},
        el("span", { text: t(`edit.${step.kind}`) }),
        ...this.#changes(step.before, step.after).map((words) =>
          el("span", { class: "ss-life-change", dir: "auto", text: words }),
        ),
        el("span", {
          class: "ss-quiet ss-small",
          text: [
            step.undone ? t("life.undone") : "",
            who,
            new Date(step.created_at).toLocaleString(),
          ]
            .filter(Boolean)
            .join(" · "),
        }),
      ),
    );
  }

  #changes(before, after) {
    const { nameOf } = this.options;
    if (after === null) return [];
    const changed = (...fields) =>
      before === null || fields.some((field) => before[field] !== after[field]);
    return [
      changed("text") ? after.text : "",
      changed("speaker_id")
        ? [before === null ? "" : `${nameOf(before.speaker_id)} → `, nameOf(after.speaker_id)].join(
            "",
          )
        : "",
      changed("start_ms", "end_ms") ? `${tenths(after.start_ms)}–${tenths(after.end_ms)}` : "",
      changed("comment") ? after.comment : "",
    ].filter(Boolean);
  }
}

const tenths = (ms) => `${clock(ms)}.${Math.floor((ms % 1_000) / 100)}`;
