// The menu of speakers, opened at a row: digits choose, a field filters many, and a switch extends the
// choice to all sentences of the present speaker.

/**
 * @import { Speaker } from "../../api/payloads.d.ts"
 * @import { SpeakerLook, Translate } from "../../types.d.ts"
 */

import { placePopover } from "../../components/controls/action_menu.js";
import { el, icon } from "../../components/dom.js";
import { segments } from "../../components/controls/segments.js";
import { digit } from "../../components/speakers/speaker_digit.js";
import { keyOf } from "../keys/keymap.js";

const MOST_WITHOUT_FILTER = 9;

/**
 * @param {{at: DOMRect, within: HTMLElement, speakers: Speaker[], currentId: string|null, count: number, lookOf: (speakerId: string|null) => SpeakerLook,
 *   nameOf: (speakerId: string|null) => string, t: Translate, onChoose: (speakerId: string, forAll: boolean) => void,
 *   onNew: (forAll: boolean) => void, onClose: () => void}} options
 *   currentId: the present speaker; count: number of the sentences that are selected
 * @returns {() => void} closes the menu
 */
export function openSpeakerMenu(options) {
  const { at, within } = options;
  const menu = new SpeakerMenu(options);
  within.append(menu.node);
  menu.node.showPopover();
  placePopover(menu.node, new DOMRect(at.left, at.top, 0, at.height));
  menu.node.style.left = `${Math.min(at.left, window.innerWidth - menu.node.offsetWidth - 8)}px`;
  menu.focus();
  return () => menu.close();
}

class SpeakerMenu {
  #forAll = false;

  constructor(options) {
    this.options = options;
    const { speakers, t } = options;
    this.items = speakers.map((each, i) => this.#item(each, i));
    this.filter =
      speakers.length > MOST_WITHOUT_FILTER
        ? el("input", {
            class: "ss-input ss-speaker-filter",
            type: "search",
            placeholder: t("review.filter_speakers"),
            "aria-label": t("review.filter_speakers"),
            on: { input: () => this.#filterItems() },
          })
        : null;
    this.newSpeaker = this.#button(
      [icon("user-plus"), el("span", { text: t("review.new_speaker") }), el("kbd", { text: "0" })],
      () => this.#choose(() => options.onNew(this.#forAll)),
    );
    this.node = el(
      "div",
      {
        class: "ss-pop ss-speaker-menu",
        popover: "auto",
        role: "dialog",
        "aria-label": t("review.choose_speaker"),
        on: {
          keydown: (event) => this.#key(event),
          toggle: (/** @type {ToggleEvent} */ event) => {
            if (event.newState !== "closed") return;
            this.node.remove();
            options.onClose();
          },
        },
      },
      this.#scope(),
      this.filter,
      el(
        "div",
        { class: "ss-speaker-choices", role: "menu", "aria-label": t("review.choose_speaker") },
        el("div", { class: "ss-speaker-items", role: "group" }, ...this.items),
        el("hr"),
        this.newSpeaker,
      ),
    );
  }

  focus() {
    const current = this.items.find((each) => each.getAttribute("aria-checked") === "true");
    (current ?? this.items[0] ?? this.newSpeaker).focus({ preventScroll: true });
    current?.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (this.node.isConnected) this.node.hidePopover();
  }

  /** Return the switch between the selected sentences and all of the present speaker. */
  #scope() {
    const { count, t, currentId, nameOf } = this.options;
    if (currentId === null) return null;
    return segments({
      label: t("review.scope"),
      choices: [
        {
          value: false,
          text: count > 1 ? t("review.selected", { count }) : t("review.only_sentence"),
        },
        { value: true, text: t("review.whole_speaker", { name: nameOf(currentId) }) },
      ],
      value: this.#forAll,
      onChoose: (forAll) => {
        this.#forAll = forAll;
      },
    });
  }

  #item(speaker, index) {
    const { nameOf, lookOf, currentId, onChoose } = this.options;
    const isCurrent = speaker.id === currentId;
    const node = this.#button(
      [
        digit(lookOf(speaker.id)),
        el("span", { text: nameOf(speaker.id) }),
        isCurrent ? icon("check") : null,
        index < 9 ? el("kbd", { text: String(index + 1) }) : null,
      ],
      () => this.#choose(() => onChoose(speaker.id, this.#forAll)),
    );
    node.setAttribute("role", "menuitemradio");
    node.setAttribute("aria-checked", String(isCurrent));
    return node;
  }

  #button(children, act) {
    return el(
      "button",
      {
        class: "ss-flat ss-pop-item",
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        on: { click: act },
      },
      ...children,
    );
  }

  #choose(act) {
    this.close();
    act();
  }

  #filterItems() {
    const wanted = this.filter.value.trim().toLowerCase();
    const { speakers, nameOf } = this.options;
    this.items.forEach((item, i) => {
      item.hidden = !nameOf(speakers[i].id).toLowerCase().includes(wanted);
    });
  }

  #itemOfDigit(number) {
    return number === 0 ? this.newSpeaker : this.items[number - 1];
  }

  #key(event) {
    event.stopPropagation();
    const key = keyOf(event);
    const shown = [...this.items.filter((each) => !each.hidden), this.newSpeaker];
    const at = shown.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const isTyping = event.target === this.filter;
    const digitKey = /^[0-9]$/.test(key) && !isTyping ? this.#itemOfDigit(Number(key)) : undefined;
    if (key === "ArrowDown") shown[(at + 1) % shown.length].focus();
    else if (key === "ArrowUp")
      shown[(at + shown.length - (at < 0 ? 0 : 1)) % shown.length].focus();
    else if (digitKey) digitKey.click();
    else if (key === "Enter" && isTyping) shown[0].click();
    else if (/^[^0-9]$/.test(event.key) && event.key !== " ") return void this.filter?.focus();
    else return;
    event.preventDefault();
  }
}
