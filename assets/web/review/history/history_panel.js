// The edits of a transcript, newest first; each state can be restored.

/**
 * @import { TimelineEntry } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { getJson } from "../../api/server.js";
import { historyEntry } from "./history_entry.js";
import { SentenceHistory } from "./sentence_history.js";
import { changeNodes, replacedNodes } from "./text_change.js";

const RETRY_MS = 3_000;

export class HistoryPanel {
  #request = 0;
  #numPages = 1;

  /** @param {{transcriptId: string, t: Translate, currentId: () => string|null, nameOf: (speakerId: string|null) => string, isShown: () => boolean, onGoTo: (editId: number) => void,
   *   onNameVersion: (name: string) => void}} options */
  constructor(options) {
    this.options = options;
    const { t } = options;
    this.list = el("ol", {
      class: "ss-history ss-history-all",
      tabindex: "-1",
      "aria-label": t("history.all"),
    });
    this.sentence = new SentenceHistory(options);
    this.problem = el("p", { class: "ss-quiet", role: "status" });
    this.older = el("button", {
      class: "ss-button ss-history-older",
      type: "button",
      text: t("history.older"),
      hidden: true,
      on: { click: () => this.#showOlder() },
    });
    this.name = el("input", {
      class: "ss-input",
      maxlength: "80",
      placeholder: t("history.name"),
      "aria-label": t("history.name"),
      on: { keydown: (event) => event.stopPropagation() },
    });
    const form = el(
      "form",
      {
        class: "ss-history-name",
        on: {
          submit: (event) => {
            event.preventDefault();
            this.#keep();
          },
        },
      },
      this.name,
      el("button", { class: "ss-button", type: "submit", text: t("history.keep") }),
    );
    this.node = el(
      "div",
      {},
      form,
      this.sentence.node,
      el("h3", { class: "ss-heading", text: t("history.all") }),
      this.problem,
      this.list,
      this.older,
    );
  }

  /** Update after a change of the current row. */
  showCurrent() {
    this.sentence.update();
  }

  async update() {
    this.sentence.update();
    const request = ++this.#request;
    const { t } = this.options;
    try {
      const { edits, head, versions, has_older: hasOlder } = await this.#load();
      if (request !== this.#request) return;
      const names = new Map(versions.map((each) => [each.edit_id, each.name]));
      this.problem.textContent = edits.length === 0 ? t("history.empty") : "";
      this.list.replaceChildren(...this.#lines(edits, head, names));
      this.older.hidden = !hasOlder;
    } catch {
      if (request !== this.#request || !this.node.isConnected) return;
      this.problem.textContent = t("view.offline");
      setTimeout(() => {
        if (request === this.#request && this.options.isShown()) this.update();
      }, RETRY_MS);
    }
  }

  /** Load the newest page, and the older ones that were asked for. */
  async #load() {
    const { transcriptId } = this.options;
    const newest = await getJson(`transcripts/${transcriptId}/history`);
    const edits = [...newest.edits];
    let hasOlder = newest.has_older;
    for (let i = 1; i < this.#numPages && hasOlder; i++) {
      const page = await getJson(`transcripts/${transcriptId}/history/${edits.at(-1).id}`);
      edits.push(...page.edits);
      hasOlder = page.has_older;
    }
    return { ...newest, edits, has_older: hasOlder };
  }

  async #showOlder() {
    this.#numPages += 1;
    await this.update();
    if (this.older.hidden) this.list.focus();
  }

  /** Return the lines with a heading before the first of each day. */
  #lines(edits, head, names) {
    let day = "";
    return edits.flatMap((edit) => {
      const own = this.#dayOf(edit);
      const heading = own === day ? [] : [el("li", { class: "ss-history-day", text: own })];
      day = own;
      return [...heading, this.#line(edit, head, names.get(edit.id))];
    });
  }

  #dayOf({ created_at: createdAt }) {
    const [day, today] = [new Date(createdAt), new Date()];
    return day.toDateString() === today.toDateString()
      ? this.options.t("history.today")
      : day.toLocaleDateString();
  }

  #line(edit, head, version) {
    const { t, onGoTo } = this.options;
    const isCurrent = edit.id === head;
    const many =
      edit.num_utterances > 1 ? t("history.sentences", { count: edit.num_utterances }) : "";
    const author = edit.author === "machine" ? "" : edit.author;
    return historyEntry(edit, {
      title: [t(`edit.${edit.kind}`), many].filter(Boolean).join(" · "),
      change: this.#change(edit),
      note: [edit.undone ? t("life.undone") : "", author].filter(Boolean).join(" · "),
      version,
      isCurrent,
      end: isCurrent
        ? el("span", { class: "ss-edit-now", text: t("history.now") })
        : el("button", {
            class: "ss-edit-go",
            type: "button",
            text: t("history.go"),
            on: { click: () => onGoTo(edit.id) },
          }),
    });
  }

  /** @param {TimelineEntry} edit */
  #change({ text, speaker_id: speakers, name, detail }) {
    const { nameOf } = this.options;
    if (text !== null) return changeNodes(...text);
    if (speakers !== null)
      return [
        ...replacedNodes(nameOf(speakers[0]), nameOf(speakers[1])),
        detail === "" ? "" : ` · ${detail}`,
      ];
    if (name !== null && name[1] !== null) return replacedNodes(name[0] ?? "", name[1]);
    return detail === "" ? [] : [detail];
  }

  #keep() {
    const name = this.name.value.trim();
    if (name === "") return;
    this.name.value = "";
    this.options.onNameVersion(name);
  }
}
