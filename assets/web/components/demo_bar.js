// The bar of a public demo: how long recordings are kept, and a button to copy a shared recording.

/**
 * @import { Translate } from "../types.d.ts"
 */

import { refusalText } from "../api/error_text.js";
import { sendJson } from "../api/server.js";
import { session } from "../api/session.js";
import { el, icon } from "./dom.js";

/**
 * Return the bar. The button is shown while a recording is open that the visitor may only read.
 * @param {Translate} t
 * @param {number} hours after which the visitor's recordings are deleted
 */
export function demoBar(t, hours) {
  const usual = t("demo.banner", { hours });
  const words = el("span", { role: "status", text: usual });
  const button = el("button", {
    class: "ss-button ss-demo-copy",
    type: "button",
    text: t("demo.copy"),
    dataset: { control: "copy" },
    on: { click: copy },
  });
  let openId = null;

  function show() {
    button.hidden = session.opened?.can_edit !== false;
    if (openId !== session.openId) words.textContent = usual;
    openId = session.openId;
  }

  async function copy() {
    const source = session.opened;
    if (source === null) return;
    button.disabled = true;
    try {
      const title = t("demo.copy_title", { title: source.title });
      const { id } = await sendJson("POST", `recordings/${source.id}/copy`, { title });
      session.open(id);
      await session.refresh();
    } catch (refusal) {
      words.textContent = refusalText(refusal, t);
    }
    button.disabled = false;
  }

  session.addEventListener("recordings", show);
  session.addEventListener("open", show);
  session.addEventListener("read-only", () => {
    words.textContent = t("demo.read_only");
  });
  show();
  return el("div", { class: "ss-demo-bar" }, icon("info"), words, button);
}
