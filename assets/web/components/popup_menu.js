// A menu that opens from a button: worked by arrow keys, closed by Escape or a click elsewhere.

import { el, icon } from "./dom.js";

const MARGIN_PX = 8; // between the menu and the edge of the window
const GAP_PX = 4; // between the button and the menu

/**
 * @typedef {Object} MenuItem
 * @property {string} text
 * @property {string} [note] quiet text behind it
 * @property {string} [picture] name of its icon
 * @property {string} [part] its data-part
 * @property {boolean} [isDanger]
 * @property {boolean} [isChecked] makes it one of several choices
 * @property {boolean} [startsGroup] draws a line above it
 * @property {() => void} act
 */

let shown = null;

/**
 * Open a menu below a button. Pressing the button again closes it.
 * @param {HTMLElement} button
 * @param {MenuItem[]} items
 * @param {{label: string}} options
 */
export function openMenu(button, items, { label }) {
  const isOpen = shown?.button === button;
  closeMenu();
  if (isOpen) return;
  shown = new PopupMenu(button, items, label);
}

/** Close the open menu, if there is one. */
export function closeMenu({ focus = false } = {}) {
  const former = shown;
  shown = null;
  former?.remove({ focus });
}

class PopupMenu {
  #aborter = new AbortController();

  constructor(button, items, label) {
    this.button = button;
    this.node = el(
      "div",
      {
        class: "ss ss-popup",
        role: "menu",
        "aria-label": label,
        on: { keydown: (event) => this.#key(event) },
      },
      ...items.flatMap((item) => this.#item(item)),
    );
    this.entries = /** @type {HTMLElement[]} */ ([...this.node.querySelectorAll("button")]);
    (button.closest("dialog") ?? document.body).append(this.node);
    button.setAttribute("aria-expanded", "true");
    this.#place();
    const chosen = this.entries.find((each) => each.getAttribute("aria-checked") === "true");
    (chosen ?? this.entries[0])?.focus({ preventScroll: true });
    const { signal } = this.#aborter;
    const outside = (event) => {
      if (!this.node.contains(event.target) && !button.contains(event.target)) closeMenu();
    };
    document.addEventListener("pointerdown", outside, { capture: true, signal });
    window.addEventListener("resize", () => closeMenu(), { signal });
    window.addEventListener("blur", () => closeMenu(), { signal });
  }

  remove({ focus }) {
    this.#aborter.abort();
    this.node.remove();
    this.button.setAttribute("aria-expanded", "false");
    if (focus) this.button.focus({ preventScroll: true });
  }

  #item({ text, note, picture, part, isDanger, isChecked, startsGroup, act }) {
    const isChoice = isChecked !== undefined;
    const entry = el(
      "button",
      {
        class: isDanger ? "ss-popup-item ss-danger" : "ss-popup-item",
        type: "button",
        role: isChoice ? "menuitemradio" : "menuitem",
        "aria-checked": isChoice ? String(isChecked) : null,
        tabindex: "-1",
        dataset: { part: part ?? "" },
        on: {
          click: () => {
            closeMenu({ focus: true });
            act();
          },
        },
      },
      isChoice ? icon("check") : picture ? icon(picture) : null,
      el("span", { text }),
      note ? el("span", { class: "ss-quiet ss-small", text: note }) : null,
    );
    return startsGroup ? [el("hr"), entry] : [entry];
  }

  #place() {
    const at = this.button.getBoundingClientRect();
    const { width, height } = this.node.getBoundingClientRect();
    const left = Math.min(at.right - width, window.innerWidth - width - MARGIN_PX);
    const below = at.bottom + GAP_PX;
    const fits = below + height + MARGIN_PX <= window.innerHeight;
    const top = fits ? below : Math.max(MARGIN_PX, at.top - GAP_PX - height);
    this.node.style.left = `${Math.max(MARGIN_PX, left)}px`;
    this.node.style.top = `${top}px`;
  }

  #key(event) {
    event.stopPropagation();
    const { entries } = this;
    const at = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const places = {
      ArrowDown: (at + 1) % entries.length,
      ArrowUp: (at - 1 + entries.length) % entries.length,
      Home: 0,
      End: entries.length - 1,
    };
    if (event.key in places) {
      event.preventDefault();
      entries[places[event.key]].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      closeMenu({ focus: true });
    }
  }
}
