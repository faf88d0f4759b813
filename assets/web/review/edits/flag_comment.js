// The field for the comment of a flag, opened at the row.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { keyOf } from "../keys/keymap.js";
import { openPopover } from "../popover.js";

/**
 * @param {{at: DOMRect, within: HTMLElement, comment: string, unflagKey: string|null, t: Translate, onKeep: (comment: string) => void,
 *   onUnflag: () => void, onClose: () => void}} options
 *   unflagKey: key that removes a flag, null without one; onClose: called before the other callbacks
 * @returns {() => void} closes the field and keeps the comment
 */
export function openFlagComment({ at, within, comment, unflagKey, t, onKeep, onUnflag, onClose }) {
  /** @param {(comment: string) => void} act */
  const finish = (act = () => {}) => {
    if (!node.isConnected) return;
    const words = field.value.trim();
    window.removeEventListener("pagehide", end);
    close();
    onClose();
    act(words);
  };
  const keep = () => finish(onKeep);
  const end = () =>
    finish((words) => {
      if (words !== comment) onKeep(words);
    });
  const field = el("input", {
    class: "ss-input",
    type: "text",
    value: comment,
    dir: "auto",
    autocomplete: "off",
    "aria-label": t("review.flag_comment"),
    placeholder: t("review.flag_comment"),
  });
  const button = (words, key, act, kind) =>
    el(
      "button",
      { class: `ss-button ${kind}`, type: "button", on: { click: act } },
      el("span", { text: t(words) }),
      el("kbd", { text: key }),
    );
  const node = el(
    "div",
    {
      class: "ss-choice ss-comment",
      role: "dialog",
      "aria-label": t("review.flag_title"),
      on: {
        keydown: (event) => {
          event.stopPropagation();
          const key = keyOf(event); // none while an input method composes
          if (key === "Escape") finish();
          else if (key === "Enter" && event.target === field) keep();
          else return;
          event.preventDefault();
        },
      },
    },
    field,
    el(
      "div",
      { class: "ss-comment-end" },
      unflagKey !== null
        ? button("review.unflag", unflagKey, () => finish(onUnflag), "ss-comment-unflag")
        : null,
      button("review.flag_leave", "Esc", () => finish(), "ss-comment-leave"),
      button("review.flag_keep", "↵", keep, "ss-primary"),
    ),
  );
  const close = openPopover(node, { at, within, onOutside: end });
  window.addEventListener("pagehide", end);
  field.focus({ preventScroll: true });
  field.select();
  return end;
}
