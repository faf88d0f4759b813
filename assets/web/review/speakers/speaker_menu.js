// The menu of speakers, opened at a row.

/**
 * @import { Speaker } from "../../api/payloads.d.ts"
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 */

import { el } from "../../components/dom.js";
import { keyOf } from "../keymap.js";
import { openPopover } from "../popover.js";
import { chip } from "../rows/row_view.js";

/**
 * @param {{at: DOMRect, within: HTMLElement, speakers: Speaker[], lookOf: (speakerId: string|null) => SpeakerLook, nameOf: (speakerId: string|null) => string, t: Translate,
 *   onChoose: (speakerId: string) => void, onNew: () => void, onClose: () => void}} options
 */
export function openSpeakerMenu(options) {
  const { at, within, speakers, lookOf, nameOf, t } = options;
  const close = () => {
    takeAway();
    options.onClose();
  };
  const choose = (act) => () => {
    close();
    act();
  };
  const items = [
    ...speakers.map((each, i) =>
      el(
        "button",
        {
          class: "ss-choice-item",
          type: "button",
          role: "menuitem",
          on: { click: choose(() => options.onChoose(each.id)) },
        },
        chip(nameOf(each.id), lookOf(each.id), { tag: "span" }),
        el("kbd", { text: i < 9 ? String(i + 1) : "" }),
      ),
    ),
    el("button", {
      class: "ss-choice-item",
      type: "button",
      role: "menuitem",
      text: t("review.new_speaker"),
      on: { click: choose(options.onNew) },
    }),
  ];
  const node = el(
    "div",
    {
      class: "ss-choice",
      role: "menu",
      "aria-label": t("review.choose_speaker"),
      on: {
        keydown: (event) => {
          event.stopPropagation();
          const key = keyOf(event);
          const index = items.findIndex((each) => each === document.activeElement);
          if (key === "Escape") close();
          else if (key === "ArrowDown") items[(index + 1) % items.length].focus();
          else if (key === "ArrowUp") items[(index + items.length - 1) % items.length].focus();
          else if (/^[1-9]$/.test(key) && speakers[Number(key) - 1])
            choose(() => options.onChoose(speakers[Number(key) - 1].id))();
          else return;
          event.preventDefault();
        },
      },
    },
    ...items,
  );
  const takeAway = openPopover(node, { at, within, onOutside: close });
  items[0].focus();
  return close;
}
