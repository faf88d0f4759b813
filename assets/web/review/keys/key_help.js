// The help of keys: shows the action of each; a click changes a key.

/**
 * @import { Translate } from "../../types.d.ts"
 * @import { Keymap } from "./keymap.js"
 */

import { el } from "../../components/dom.js";
import { keyOf, shownKey } from "./keymap.js";

const WHILE_TYPING = [
  "1–3",
  "0",
  "Enter",
  "Mod+Enter",
  "Tab",
  "Shift+Enter",
  "Backspace",
  "Escape",
  "Mod+Space",
  "Alt+1",
];

/** @param {{keymap: Keymap, t: Translate, onClose: () => void}} options */
export function buildKeyHelp({ keymap, t, onClose }) {
  const list = el("dl", { class: "ss-keys" });
  const draw = () =>
    list.replaceChildren(
      ...line("1–9", t("keys.assign")),
      ...line("\\", t("keys.sidebar")),
      ...keymap.actions.flatMap((action) => line(keyButton(action), t(`keys.${action}`))),
      el("dt", { class: "ss-keys-title", text: t("keys.typing") }),
      el("dd", {}),
      ...WHILE_TYPING.flatMap((key) => line(shownKey(key), t(`keys.typing.${key}`))),
    );
  const keyButton = (action) => {
    const button = el("button", {
      class: "ss-key",
      type: "button",
      title: t("keys.change"),
      text: shownKey(keymap.keyFor(action)),
      on: {
        click: () => {
          button.textContent = "…";
          button.dataset.waiting = "yes";
        },
        blur: draw,
        keydown: (event) => {
          if (!button.dataset.waiting) return;
          event.preventDefault();
          event.stopPropagation();
          const key = keyOf(event);
          if (key === "") return;
          if (!/^[1-9]$/.test(key)) keymap.change(action, key);
          draw();
        },
      },
    });
    return button;
  };
  const dialog = el(
    "dialog",
    {
      class: "ss ss-help",
      tabindex: "-1",
      "aria-label": t("keys.title"),
      on: { close: onClose, keydown: (event) => event.stopPropagation() },
    },
    el(
      "div",
      { class: "ss-help-head" },
      el("h2", { class: "ss-title", text: t("keys.title") }),
      el("button", {
        class: "ss-button",
        type: "button",
        text: t("keys.reset"),
        on: {
          click: () => {
            keymap.reset();
            draw();
          },
        },
      }),
      el("button", {
        class: "ss-button",
        type: "button",
        text: t("review.close"),
        on: { click: () => dialog.close() },
      }),
    ),
    list,
  );
  draw();
  return dialog;
}

function line(key, words) {
  return [
    el("dt", {}, key instanceof Node ? key : el("kbd", { text: key })),
    el("dd", { text: words }),
  ];
}
