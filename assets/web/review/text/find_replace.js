// Finds text in all rows and replaces it, after a preview, as one edit.

/**
 * @import { Translate } from "../../types.d.ts"
 * @import { ReviewModel } from "../edits/model.js"
 */

import { el } from "../../components/dom.js";

export class FindReplace {
  /** @param {{model: ReviewModel, t: Translate, onFind: (text: string) => void, onReplace: (find: string, replacement: string, ids: string[]) => void, onClose: () => void}} options */
  constructor(options) {
    this.options = options;
    const { t } = options;
    this.find = el("input", {
      class: "ss-input",
      type: "search",
      placeholder: t("review.find"),
      "aria-label": t("review.find"),
      on: { input: () => this.#changed() },
    });
    this.replacement = el("input", {
      class: "ss-input",
      placeholder: t("review.replace_with"),
      "aria-label": t("review.replace_with"),
      on: { input: () => this.#changed() },
    });
    this.found = el("span", { class: "ss-quiet ss-small", role: "status" });
    this.apply = el("button", {
      class: "ss-button",
      type: "button",
      text: t("review.replace_all"),
      disabled: true,
      on: { click: () => this.#apply() },
    });
    this.preview = el("ul", { class: "ss-preview" });
    this.node = el(
      "div",
      {
        class: "ss-find",
        role: "search",
        hidden: true,
        on: {
          keydown: (event) => {
            event.stopPropagation();
            if (!event.isComposing && event.key === "Escape") this.close();
          },
        },
      },
      el("div", { class: "ss-find-line" }, this.find, this.replacement, this.apply, this.found),
      this.preview,
    );
  }

  get isOpen() {
    return !this.node.hidden;
  }

  open() {
    this.node.hidden = false;
    this.find.focus();
    this.find.select();
    this.#changed();
  }

  close() {
    this.node.hidden = true;
    this.options.onFind("");
    this.options.onClose();
  }

  #items() {
    const [wanted, instead] = [this.find.value, this.replacement.value];
    if (wanted === "") return [];
    return this.options.model.rows
      .filter((row) => row.text.includes(wanted))
      .map((row) => ({
        utterance_id: row.id,
        before: row.text,
        text: row.text.split(wanted).join(instead).trim(),
      }));
  }

  #changed() {
    const { t } = this.options;
    const items = this.#items();
    this.options.onFind(this.find.value);
    this.found.textContent =
      this.find.value === "" ? "" : t("review.found", { rows: items.length });
    const changing =
      this.replacement.value !== "" || this.find.value === ""
        ? items.filter((each) => each.text !== each.before)
        : [];
    this.apply.disabled = changing.length === 0;
    this.preview.replaceChildren(
      ...changing
        .slice(0, 5)
        .map((each) =>
          el("li", {}, el("del", { text: each.before }), el("ins", { text: each.text })),
        ),
    );
  }

  #apply() {
    const items = this.#items().filter((each) => each.text !== each.before);
    if (items.length > 0)
      this.options.onReplace(
        this.find.value,
        this.replacement.value,
        items.map((each) => each.utterance_id),
      );
    this.close();
  }
}
