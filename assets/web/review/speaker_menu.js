// A small list to choose a speaker from, opened at a row.

import { el } from "../dom.js";
import { keyOf } from "./keymap.js";
import { chip } from "./row_view.js";

/**
 * @param {{at: DOMRect, within: HTMLElement, speakers: object[], lookOf: Function, nameOf: Function, t: Function,
 *   onChoose: (speakerId: string) => void, onNew: () => void, onClose: () => void}} options
 */
export function openSpeakerMenu(options) {
  const { at, within, speakers, lookOf, nameOf, t } = options;
  const close = () => {
    node.remove();
    document.removeEventListener("pointerdown", outside, true);
    options.onClose();
  };
  const choose = (act) => () => { close(); act(); };
  const items = [
    ...speakers.map((each, i) => el("button", { class: "ss-choice-item", type: "button", role: "menuitem", on: { click: choose(() => options.onChoose(each.id)) } },
      chip(nameOf(each.id), lookOf(each.id), { tag: "span" }), el("kbd", { text: i < 9 ? String(i + 1) : "" }))),
    el("button", { class: "ss-choice-item", type: "button", role: "menuitem", text: t("review.new_speaker"), on: { click: choose(options.onNew) } }),
  ];
  const node = el("div", {
    class: "ss-choice", role: "menu", "aria-label": t("review.choose_speaker"),
    on: {
      keydown: (event) => {
        event.stopPropagation();
        const key = keyOf(event);
        const index = items.indexOf(document.activeElement);
        if (key === "Escape") close();
        else if (key === "ArrowDown") items[(index + 1) % items.length].focus();
        else if (key === "ArrowUp") items[(index + items.length - 1) % items.length].focus();
        else if (/^[1-9]$/.test(key) && speakers[Number(key) - 1]) choose(() => options.onChoose(speakers[Number(key) - 1].id))();
        else return;
        event.preventDefault();
      },
    },
  }, ...items);
  const outside = (event) => { if (!node.contains(event.target)) close(); };
  const frame = within.getBoundingClientRect();
  node.style.left = `${Math.max(0, Math.min(at.left - frame.left, frame.width - 240))}px`;
  within.append(node);
  const below = at.bottom - frame.top;
  const fits = at.bottom + node.offsetHeight < window.innerHeight;
  node.style.top = `${fits ? below : Math.max(0, at.top - frame.top - node.offsetHeight)}px`;
  document.addEventListener("pointerdown", outside, true);
  items[0].focus();
  return close;
}
