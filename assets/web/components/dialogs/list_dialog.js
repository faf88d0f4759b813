// A dialog that shows a list under a title, with one button that closes it.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../dom.js";

/**
 * Open the dialog; it removes itself once it is closed.
 * @param {{title: string, body: HTMLElement, t: Translate, onClose?: () => void}} options
 */
export function openListDialog({ title, body, t, onClose = () => {} }) {
  const dialog = el(
    "dialog",
    {
      class: "ss ss-dialog ss-elsewhere-dialog",
      "aria-label": title,
      on: {
        close: () => {
          dialog.remove();
          onClose();
        },
        keydown: (event) => event.stopPropagation(),
      },
    },
    el(
      "div",
      { class: "ss-form" },
      el("h2", { class: "ss-title", text: title }),
      body,
      el(
        "div",
        { class: "ss-form-end" },
        el("button", {
          class: "ss-button",
          type: "button",
          text: t("review.close"),
          on: { click: () => dialog.close() },
        }),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
