// A menu that opens at a control or a place and leaves with a choice, a press outside or Escape.

/**
 * @import { SpeakerLook } from "../../types.d.ts"
 */

import { el, icon } from "../dom.js";
import { digit } from "../speakers/speaker_digit.js";

const GAP_PX = 4;
const EDGE_PX = 8; // least distance to the window's edge

/**
 * @typedef {{text: string, act: () => void, icon?: string, look?: SpeakerLook, key?: string, shownKey?: string, note?: string, detail?: string, action?: string,
 *   isDanger?: boolean, isChecked?: boolean, startsGroup?: boolean}} MenuItem
 *   look: of the speaker whose digit stands before the text; key: chooses the item; shownKey: how it is
 *   shown; note: quiet text at the end; detail: quiet text below; action: its data-action; isChecked: makes it one of several
 *   choices; startsGroup: draws a line above it
 */

/** @type {{node: HTMLElement, control: HTMLElement|null}|null} */
let shown = null;

/**
 * Open a menu; close it if it is open at the same control.
 * @param {{at: HTMLElement|DOMRect, within: HTMLElement, label: string, items: MenuItem[], onClose?: () => void}} options
 *   at: the control or the place; within: element that the menu is added to
 */
export function openMenu({ at, within, label, items, onClose = () => {} }) {
  const control = at instanceof HTMLElement ? at : null;
  if (control !== null && shown?.control === control) return shown.node.hidePopover();
  const node = menuNode({ label, items });
  const gone = new AbortController();
  node.addEventListener("beforetoggle", (/** @type {ToggleEvent} */ { newState }) => {
    if (newState !== "closed") return;
    gone.abort();
    shown = null; // at once: what the menu does may open another menu at the same control
    markControl(control, null);
  });
  node.addEventListener("toggle", (/** @type {ToggleEvent} */ { newState }) => {
    if (newState !== "closed") return;
    node.remove();
    onClose();
  });
  window.addEventListener("resize", () => node.hidePopover(), { signal: gone.signal });
  within.append(node);
  node.showPopover();
  shown = { node, control };
  markControl(control, node);
  placePopover(node, at instanceof HTMLElement ? at.getBoundingClientRect() : at);
  const buttons = [...node.querySelectorAll("button")];
  const chosen = buttons.find((each) => each.getAttribute("aria-checked") === "true");
  (chosen ?? buttons[0])?.focus({ preventScroll: true });
  return undefined;
}

/**
 * @param {{label: string, items: MenuItem[]}} options
 * @returns {HTMLElement}
 */
function menuNode({ label, items }) {
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
          else if (event.key === "Tab") node.hidePopover();
          else return;
          event.preventDefault();
        },
      },
    },
    ...items.flatMap((item, i) => (item.startsGroup ? [el("hr"), buttons[i]] : [buttons[i]])),
  );
  return node;
}

/**
 * Mark a control as that of an open menu: a press on it then closes the menu instead of opening it
 * again, which a press elsewhere would do.
 * @param {HTMLElement|null} control
 * @param {HTMLElement|null} node the open menu; null for none
 */
function markControl(control, node) {
  if (!(control instanceof HTMLButtonElement)) return;
  control.setAttribute("aria-haspopup", "menu");
  control.setAttribute("aria-expanded", String(node !== null));
  control.popoverTargetAction = "hide";
  control.popoverTargetElement = null;
  if (node === null) return;
  setTimeout(() => {
    // after the click that opened the menu, which would close it
    if (shown?.node === node) control.popoverTargetElement = node;
  });
}

/** @param {MenuItem} item */
function itemButton(item, choose) {
  const isChoice = item.isChecked !== undefined;
  const key = item.shownKey ?? item.key?.toUpperCase();
  return el(
    "button",
    {
      class: item.isDanger ? "ss-flat ss-pop-item ss-pop-danger" : "ss-flat ss-pop-item",
      type: "button",
      role: isChoice ? "menuitemradio" : "menuitem",
      "aria-checked": isChoice ? String(item.isChecked) : null,
      tabindex: "-1",
      dataset: item.action ? { action: item.action } : {},
      on: { click: () => choose(item) },
    },
    item.look ? digit(item.look) : item.icon ? icon(item.icon) : null,
    item.detail
      ? el(
          "span",
          { class: "ss-pop-lines" },
          el("span", { text: item.text }),
          el("span", { class: "ss-pop-note", text: item.detail }),
        )
      : el("span", { text: item.text }),
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
