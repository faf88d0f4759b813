// The edits of a transcript, newest first; each state can be restored.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { getJson } from "../../api/server.js";
import { SentenceHistory } from "./sentence_history.js";

const RETRY_MS = 3_000;

export class HistoryPanel {
  #request = 0;

  /** @param {{transcriptId: string, t: Translate, currentId: () => string|null, nameOf: (speakerId: string|null) => string, isShown: () => boolean, onGoTo: (editId: number) => void,
   *   onNameVersion: (name: string) => void}} options */
  constructor(options) {
    this.options = options;
    const { t } = options;
    this.list = el("ol", { class: "ss-history" });
    this.sentence = new SentenceHistory(options);
    this.problem = el("p", { class: "ss-quiet", role: "status" });
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
    );
  }

  /** Update after a change of the current row. */
  showCurrent() {
    this.sentence.update();
  }

  async update() {
    this.sentence.update();
    const request = ++this.#request;
    const { t, transcriptId } = this.options;
    try {
      const { edits, head, versions } = await getJson(`transcripts/${transcriptId}/history`);
      if (request !== this.#request) return;
      const names = new Map(versions.map((each) => [each.edit_id, each.name]));
      this.problem.textContent = edits.length === 0 ? t("history.empty") : "";
      this.list.replaceChildren(...edits.map((edit) => this.#line(edit, head, names.get(edit.id))));
    } catch {
      if (request !== this.#request || !this.node.isConnected) return;
      this.problem.textContent = t("view.offline");
      setTimeout(() => {
        if (request === this.#request && this.options.isShown()) this.update();
      }, RETRY_MS);
    }
  }

  #line(edit, head, version) {
    const { t } = this.options;
    const when = new Date(edit.created_at);
    const many =
      edit.num_utterances > 1 ? t("history.sentences", { count: edit.num_utterances }) : "";
    return el(
      "li",
      {
        class:
          edit.id === head
            ? "ss-edit ss-edit-head"
            : edit.undone
              ? "ss-edit ss-edit-undone"
              : "ss-edit",
      },
      el(
        "div",
        {},
        version === undefined ? null : el("strong", { text: version }),
        el("span", { text: [t(`edit.${edit.kind}`), many].filter(Boolean).join(" · ") }),
        edit.detail ? el("span", { class: "ss-edit-detail", text: edit.detail }) : null,
        el("span", {
          class: "ss-quiet ss-small",
          text: [edit.author, when.toLocaleString()].filter(Boolean).join(" · "),
        }),
      ),
      edit.id === head
        ? el("span", { class: "ss-quiet ss-small", text: t("history.now") })
        : el("button", {
            class: "ss-tiny ss-tiny-words",
            type: "button",
            text: t("history.go"),
            on: { click: () => this.options.onGoTo(edit.id) },
          }),
    );
  }

  #keep() {
    const name = this.name.value.trim();
    if (name === "") return;
    this.name.value = "";
    this.options.onNameVersion(name);
  }
}
