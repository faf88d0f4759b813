// The bar that offers to change similar rows: see them, change all, or leave them.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { el, icon } from "../../components/dom.js";
import { shownKey } from "../keys/keymap.js";

export class SuggestionBar {
  #shown = "";

  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    this.editor = editor;
    const { suggestions } = editor;
    this.node = el("div", {
      class: "ss-asks ss-ask ss-suggestions",
      role: "status",
      on: {
        pointerenter: () => suggestions.stay(),
        focusin: () => suggestions.stay(),
        pointerleave: () => suggestions.leaveLater(),
        focusout: () => suggestions.leaveLater(),
      },
    });
  }

  /** Update after a change of the offer. */
  update() {
    const { suggestions } = this.editor;
    const { offer, ids, isViewed } = suggestions;
    const words = offer === null ? "" : offer.words(ids.length);
    const shown = `${isViewed} ${words}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.node.replaceChildren(...(offer === null ? [] : this.#content(words, isViewed)));
  }

  #content(words, isViewed) {
    const { t, suggestions } = this.editor;
    const close = t("suggestions.dismiss");
    const elsewhere = suggestions.offer.elsewhere ?? null;
    const hasRows = suggestions.ids.length > 0;
    return [
      el("span", { class: "ss-ask-words", text: words }),
      ...(hasRows ? this.#rowActions(isViewed) : []),
      elsewhere === null
        ? ""
        : el("button", {
            class: "ss-button",
            type: "button",
            text: t("suggestions.elsewhere"),
            dataset: { control: "elsewhere" },
            on: {
              click: () => {
                suggestions.close();
                elsewhere();
              },
            },
          }),
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: close,
          "aria-label": close,
          on: { click: () => suggestions.close() },
        },
        icon("x"),
      ),
    ];
  }

  #rowActions(isViewed) {
    const { t, suggestions, keymap, list } = this.editor;
    const key = shownKey(keymap.keyFor("take_proposed"));
    return [
      el("button", {
        class: "ss-button",
        type: "button",
        text: t(isViewed ? "suggestions.all_rows" : "suggestions.view"),
        dataset: { control: "view-suggestions" },
        on: { click: () => (isViewed ? suggestions.endView() : suggestions.view()) },
      }),
      el(
        "button",
        {
          class: "ss-button ss-primary",
          type: "button",
          dataset: { control: "take-suggestions" },
          on: {
            click: () => {
              suggestions.takeAll();
              list.node.focus({ preventScroll: true });
            },
          },
        },
        el("span", { text: t("suggestions.take_all") }),
        isViewed ? "" : el("kbd", { "aria-hidden": "true", text: key }),
      ),
    ];
  }
}
