// The masthead: name of the app, pages, user, language and theme.

import { el, icon } from "../components/dom.js";
import { PAGES, pages } from "./navigation.js";
import { userBadge } from "../components/user_badge.js";
import { sideColumn } from "./side_column.js";
import { chooseLanguage, currentLanguage, loadTexts } from "../components/language.js";

const FOLD_KEY = "\\";
const THEME = "speaker-studio:theme";

export async function mountMasthead({ element }) {
  const t = await loadTexts();
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  const chosen = localStorage.getItem(THEME);
  if (chosen) document.body.classList.toggle("dark", chosen === "dark");
  const who = await userBadge(t);
  element.querySelector(".ss-mount").replaceChildren(
    el(
      "header",
      { class: "ss ss-masthead" },
      el(
        "div",
        { class: "ss-brand" },
        el("h1", { class: "ss-name", text: t("app.name") }),
        el("span", { class: "ss-quiet", text: t("app.tagline") }),
      ),
      pageSwitch(t),
      who.corner,
      foldButton(t),
      el("button", {
        class: "ss-button",
        type: "button",
        title: t("app.language_hint"),
        text: t("app.language"),
        dataset: { control: "language" },
        on: { click: () => chooseLanguage(currentLanguage() === "zh" ? "en" : "zh") },
      }),
      el(
        "button",
        {
          class: "ss-icon-button",
          type: "button",
          title: t("app.theme_hint"),
          "aria-label": t("app.theme_hint"),
          dataset: { control: "theme" },
          on: {
            click: () =>
              localStorage.setItem(
                THEME,
                document.body.classList.toggle("dark") ? "dark" : "light",
              ),
          },
        },
        icon("moon"),
      ),
      who.banner,
    ),
  );
}

/** Return the button that folds the column of recordings; its key does the same. */
function foldButton(t) {
  const button = el(
    "button",
    {
      class: "ss-icon-button",
      type: "button",
      "aria-keyshortcuts": FOLD_KEY,
      dataset: { control: "fold" },
      on: { click: () => sideColumn.toggle() },
    },
    icon("column"),
  );
  sideColumn.addEventListener("change", () => {
    const words = t(sideColumn.isFolded ? "app.unfold" : "app.fold");
    button.title = words;
    button.setAttribute("aria-label", words);
    button.setAttribute("aria-expanded", String(!sideColumn.isFolded));
  });
  document.addEventListener("keydown", (event) => {
    if (
      event.key !== FOLD_KEY ||
      event.isComposing ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    sideColumn.toggle();
    event.preventDefault();
  });
  sideColumn.start();
  return button;
}

function pageSwitch(t) {
  const names = {
    recordings: t("page.recordings"),
    training: t("page.training"),
    models: t("page.models"),
  };
  const buttons = PAGES.map((page) =>
    el("button", {
      class: "ss-page",
      type: "button",
      text: names[page],
      dataset: { page },
      on: { click: () => pages.show(page) },
    }),
  );
  const draw = () => {
    for (const button of buttons) {
      if (button.dataset.page === pages.shown) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  };
  pages.addEventListener("page", draw);
  pages.start();
  return el("nav", { class: "ss-pages" }, ...buttons);
}
