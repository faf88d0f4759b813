// Buttons side by side of which one is pressed.

import { el } from "../dom.js";

/**
 * @param {{label: string, choices: {value: any, text: string}[], value: any, onChoose: (value: any) => void}} options
 *   value: the choice that is pressed at first
 * @returns {HTMLElement}
 */
export function segments({ label, choices, value, onChoose }) {
  const press = (chosen) => {
    for (const each of buttons) each.setAttribute("aria-pressed", String(each === chosen));
  };
  const buttons = choices.map((choice) =>
    el("button", {
      type: "button",
      text: choice.text,
      "aria-pressed": String(choice.value === value),
      dataset: { value: String(choice.value) },
      on: {
        click: (event) => {
          press(event.currentTarget);
          onChoose(choice.value);
        },
      },
    }),
  );
  return el("div", { class: "ss-segments", role: "group", "aria-label": label }, ...buttons);
}
