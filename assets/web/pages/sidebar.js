// The sidebar: name of the app, new transcription, recordings, other pages, user, language, theme.

import { chooseLanguage, currentLanguage, loadTexts } from "../components/text/language.js";
import { el, icon } from "../components/dom.js";
import { allowedPages } from "../api/visit.js";
import { userBadge } from "../components/user_badge.js";
import { session } from "../api/session.js";
import { buildLibrary } from "./library/library.js";
import { newRecording } from "./new_recording/new_recording.js";
import { pages, RECORDINGS } from "./navigation.js";
import { sideColumn } from "./side_column.js";

const THEME = "speaker-studio:theme";
const PAGE_ICONS = {
  work: "list-checks",
  words: "book-open",
  voices: "fingerprint",
  training: "database",
  models: "boxes",
};

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export async function mountSidebar({ element }) {
  const t = await loadTexts();
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  const theme = localStorage.getItem(THEME);
  if (theme) document.body.classList.toggle("dark", theme === "dark");
  const [user, allowed] = await Promise.all([userBadge(t), allowedPages()]);
  element
    .querySelector(".ss-mount")
    .replaceChildren(
      el(
        "nav",
        { class: "ss ss-sidebar", "aria-label": t("list.title") },
        brand(t),
        el("div", { class: "ss-sidebar-top" }, newButton(t)),
        buildLibrary(t),
        foot(t, user, allowed),
      ),
    );
  document.body.prepend(skipLink(t));
  listenForSearch(element.querySelector(".ss-search"));
  pages.start(allowed);
  pages.addEventListener("page", () => {
    if (pages.shown === RECORDINGS) session.writeAddress();
  });
}

/** Return the link to the transcript, the first stop of the page. */
function skipLink(t) {
  return el("a", {
    class: "ss-skip",
    href: "#workspace",
    text: t("app.skip"),
    on: {
      click: (event) => {
        event.preventDefault();
        const target = document.querySelector("#workspace .ss-rows, #workspace .ss-workspace");
        if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
        /** @type {HTMLElement} */ (target).focus();
      },
    },
  });
}

function brand(t) {
  return el(
    "div",
    { class: "ss-brand" },
    el("img", { class: "ss-brand-mark", src: new URL("icons/mark.svg", import.meta.url), alt: "" }),
    el("h1", { class: "ss-name", text: t("app.name") }),
    foldButton(t),
  );
}

function newButton(t) {
  return el(
    "button",
    {
      class: "ss-button ss-new",
      type: "button",
      dataset: { control: "new" },
      on: { click: () => newRecording.open() },
    },
    icon("plus"),
    t("new.title"),
  );
}

/** Return a button that folds or opens the sidebar. */
export function foldButton(t, picture = "panel-left") {
  const button = el(
    "button",
    {
      class: "ss-icon-button",
      type: "button",
      "aria-keyshortcuts": "\\",
      dataset: { control: "fold" },
      on: { click: () => sideColumn.toggle() },
    },
    icon(picture),
  );
  const show = () => {
    const words = t(sideColumn.isFolded ? "app.unfold" : "app.fold");
    button.title = words;
    button.setAttribute("aria-label", words);
    button.setAttribute("aria-expanded", String(!sideColumn.isFolded));
  };
  sideColumn.addEventListener("change", show);
  sideColumn.start();
  show();
  return button;
}

function foot(t, user, allowed) {
  return el(
    "div",
    { class: "ss-sidebar-foot" },
    ...allowed.filter((page) => page in PAGE_ICONS).map((page) => pageButton(t, page)),
    el(
      "div",
      { class: "ss-me" },
      user ?? el("span", {}),
      tool("languages", "language", t("app.language_hint"), () =>
        chooseLanguage(currentLanguage() === "zh" ? "en" : "zh"),
      ),
      tool("moon", "theme", t("app.theme_hint"), switchTheme),
      tool("keyboard", "help", t("keys.title"), () => session.dispatchEvent(new Event("help"))),
    ),
  );
}

/** Switch between light and dark at once; fading grounds would hide the words on them meanwhile. */
function switchTheme() {
  localStorage.setItem(THEME, document.body.classList.toggle("dark") ? "dark" : "light");
  for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
}

function pageButton(t, page) {
  const button = el(
    "button",
    {
      class: "ss-flat ss-page",
      type: "button",
      dataset: { page },
      on: {
        click: () => {
          pages.show(pages.shown === page ? RECORDINGS : page);
          sideColumn.leave();
        },
      },
    },
    icon(PAGE_ICONS[page]),
    el("span", { text: t(`page.${page}`) }),
  );
  pages.addEventListener("page", () => {
    if (pages.shown === page) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  });
  return button;
}

function tool(picture, control, words, act) {
  return el(
    "button",
    {
      class: "ss-icon-button ss-small-tool",
      type: "button",
      title: words,
      "aria-label": words,
      dataset: { control },
      on: { click: act },
    },
    icon(picture),
  );
}

/** Focus the search field for Ctrl K or ⌘K, and unfold the sidebar for it. */
function listenForSearch(field) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (event.key.toLowerCase() !== "k" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (sideColumn.isFolded) sideColumn.toggle();
    field.focus();
    field.select();
  });
}
