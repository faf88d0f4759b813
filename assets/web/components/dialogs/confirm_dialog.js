// Asks before something is lost.

import { el } from "../dom.js";

/**
 * Ask a question and resolve to the chosen value; "" if the person does not choose.
 * @param {{title: string, text: string, choices: {value: string, text: string, kind?: string}[]}} question
 *   the first choice is the safe one and has the focus
 * @returns {Promise<string>}
 */
export function ask({ title, text, choices }) {
  return new Promise((resolve) => {
    const dialog = el(
      "dialog",
      {
        class: "ss ss-dialog ss-confirm",
        "aria-label": title,
        on: {
          close: () => {
            dialog.remove();
            resolve(dialog.returnValue);
          },
          keydown: (event) => event.stopPropagation(),
          click: (event) => {
            if (event.target === dialog) dialog.close("");
          },
        },
      },
      el(
        "div",
        { class: "ss-form" },
        el("h2", { class: "ss-title", text: title }),
        text ? el("p", { class: "ss-confirm-text", text }) : null,
        el(
          "div",
          { class: "ss-form-end" },
          ...choices.map(({ value, text: words, kind = "" }) =>
            el("button", {
              class: `ss-button ${kind}`,
              type: "button",
              text: words,
              dataset: { choice: value },
              on: { click: () => dialog.close(value) },
            }),
          ),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    /** @type {HTMLElement} */ (dialog.querySelector(".ss-button")).focus();
  });
}
