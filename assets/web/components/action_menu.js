// A menu that opens at a control or a place and leaves with a choice, a press outside or Escape.

/**
 * @import { SpeakerLook } from "../types.d.ts"
 */

import { el, icon } from "./dom.js";
import { digit } from "./speaker_digit.js";

const GAP_PX = 4;
const EDGE_PX = 8; // least distance to the window's edge

/**
 * @typedef {{text: string, act: () => void, icon?: string, look?: SpeakerLook, key?: string, shownKey?: string, note?: string, action?: string,
 *   isDanger?: boolean, isChecked?: boolean, startsGroup?: boolean}} MenuItem
 *   look: of the speaker whose digit stands before the text; key: chooses the item; shownKey: how it is
 *   shown; note: quiet text at the end; action: its data-action; isChecked: makes it one of several
 *   choices; startsGroup: draws a line above it
 */

/**
 * @param {{at: HTMLElement|DOMRect, within: HTMLElement, label: string, items: MenuItem[], onClose?: () => void}} options
 *   at: the control or the place; within: element that the menu is added to
 */
export function openMenu({ at, within, label, items, onClose = () => {} }) {
  const choose = ({ act }) => {
    node.hidePopover();
    act();
  };
  const buttons = items.map((item) => itemButton(item, choose));
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
          const item = items.find((each) => isKeyOf(each, event));
          if (to !== undefined) buttons[(to + buttons.length) % buttons.length].focus();
          else if (item) choose(item);
          else return;
          event.preventDefault();
        },
        toggle: (/** @type {ToggleEvent} */ event) => {
          if (event.newState !== "closed") return;
          node.remove();
          onClose();
        },
      },
    },
    ...items.flatMap((item, i) => (item.startsGroup ? [el("hr"), buttons[i]] : [buttons[i]])),
  );
  within.append(node);
  node.showPopover();
  placePopover(node, at instanceof HTMLElement ? at.getBoundingClientRect() : at);
  buttons[0]?.focus({ preventScroll: true });
}

/** @param {MenuItem} item */
function itemButton(item, choose) {
  const isChoice = item.isChecked !== undefined;
  const key = item.shownKey ?? item.key?.toUpperCase();
  return el(
    "button",
    {
      class: item.isDanger ? "ss-pop-item ss-pop-danger" : "ss-pop-item",
      type: "button",
      role: isChoice ? "menuitemradio" : "menuitem",
      "aria-checked": isChoice ? String(item.isChecked) : null,
      tabindex: "-1",
      dataset: item.action ? { action: item.action } : {},
      on: { click: () => choose(item) },
    },
    item.look ? digit(item.look) : item.icon ? icon(item.icon) : null,
    el("span", { text: item.text }),
    item.note ? el("span", { class: "ss-pop-note", text: item.note }) : null,
    isChoice && item.isChecked ? icon("check") : null,
    key ? el("kbd", { text: key }) : null,
  );
}

/**
 * Return whether a key press chooses an item; Enter and Space choose the focused one.
 * @param {MenuItem} item
 * @param {KeyboardEvent} event
 */
function isKeyOf({ key }, event) {
  if (key === undefined || event.ctrlKey || event.metaKey || event.isComposing) return false;
  return key.toLowerCase() === event.key.toLowerCase() && event.key !== "Enter";
}

/** Place a menu below a box, or above it where there is more room, with aligned ends. */
export function placePopover(node, box) {
  const [below, above] = [window.innerHeight - box.bottom, box.top];
  const isAbove = below < node.offsetHeight + EDGE_PX && above > below;
  const left = Math.min(box.right - node.offsetWidth, window.innerWidth - node.offsetWidth);
  const room = (isAbove ? above : below) - GAP_PX - EDGE_PX;
  node.style.maxHeight = `${room}px`;
  node.style.left = `${Math.max(EDGE_PX, left)}px`;
  node.style.top = `${isAbove ? box.top - GAP_PX - Math.min(node.offsetHeight, room) : box.bottom + GAP_PX}px`;
}
