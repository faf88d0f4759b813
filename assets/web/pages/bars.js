// Bars above every page: the sidebar's button while it is folded, demo, login, connection.

import { el } from "../components/dom.js";
import { loadTexts } from "../components/text/language.js";
import { visitBar } from "../components/user_badge.js";
import { session } from "../api/session.js";
import { foldButton } from "./sidebar.js";

/** @param {{element: HTMLElement}} host arguments of a Gradio component's script */
export async function mountBars({ element }) {
  const t = await loadTexts();
  const offline = el("div", { class: "ss-offline", role: "alert", text: t("view.offline") });
  const show = () => {
    offline.hidden = !session.offline;
  };
  session.addEventListener("recordings", show);
  show();
  element
    .querySelector(".ss-mount")
    .replaceChildren(
      el(
        "div",
        { class: "ss ss-bars" },
        el("div", { class: "ss-unfold" }, foldButton(t, "menu")),
        offline,
        await visitBar(t),
      ),
    );
}
