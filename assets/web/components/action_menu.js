// A menu that opens at a control and leaves with a choice, a press outside or Escape.

/**
 * @import { SpeakerLook } from "../types.d.ts"
 */

import { el, icon } from "./dom.js";
import { digit } from "./speaker_digit.js";

const GAP_PX = 4;
const EDGE_PX = 8; // least distance to the window's edge

/**
 * @typedef {{text: string, act: () => void, icon?: string, look?: SpeakerLook, key?: string, isDanger?: boolean}} MenuItem
 *   look: of the speaker whose digit stands before the text; key: chooses the item
 */

/**
 * @param {{at: HTMLElement, within: HTMLElement, label: string, items: MenuItem[]}} options
 *   at: the control; within: element that the menu is added to
 */
export function openMenu({ at, within, label, items }) {
  const choose = ({ act }) => {
    node.hidePopover();
    act();
  };
  const buttons = items.map((item) =>
    el(
      "button",
      {
        class: item.isDanger ? "ss-pop-item ss-pop-danger" : "ss-pop-item",
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        on: { click: () => choose(item) },
      },
      item.look ? digit(item.look) : item.icon ? icon(item.icon) : null,
      el("span", { text: item.text }),
      item.key ? el("kbd", { text: item.key.toUpperCase() }) : null,
    ),
  );
  const node = el(
    "div",
    {
      class: "ss-pop",
      popover: "auto",
      role: "menu",
      "aria-label": label,
      on: {
        keydown: (event) => {
          event.stopPropagation();
          const from = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
          const last = buttons.length - 1;
          const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: last }[event.key];
          const item = items.find((each) => each.key === event.key.toLowerCase());
          if (to !== undefined) buttons[(to + buttons.length) % buttons.length].focus();
          else if (item) choose(item);
          else return;
          event.preventDefault();
        },
        toggle: (/** @type {ToggleEvent} */ event) => {
          if (event.newState === "closed") node.remove();
        },
      },
    },
    ...buttons,
  );
  within.append(node);
  node.showPopover();
  place(node, at.getBoundingClientRect());
  buttons[0]?.focus();
}

/** Place a menu below a box, or above it where there is more room, with aligned ends. */
function place(node, box) {
  const [below, above] = [window.innerHeight - box.bottom, box.top];
  const isAbove = below < node.offsetHeight + EDGE_PX && above > below;
  const left = Math.min(box.right - node.offsetWidth, window.innerWidth - node.offsetWidth);
  const room = (isAbove ? above : below) - GAP_PX - EDGE_PX;
  node.style.maxHeight = `${room}px`;
  node.style.left = `${Math.max(EDGE_PX, left)}px`;
  node.style.top = `${isAbove ? box.top - GAP_PX - Math.min(node.offsetHeight, room) : box.bottom + GAP_PX}px`;
}
