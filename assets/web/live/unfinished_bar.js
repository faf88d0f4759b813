// Offers to go on with, or to end, a live recording that a reload or a crash has interrupted.

/**
 * @import { StoredSession } from "./connection/piece_store.js"
 * @import { Translate } from "../types.d.ts"
 */

import { el } from "../components/dom.js";
import { session } from "../api/session.js";
import { recorder } from "./recorder.js";

export class UnfinishedBar {
  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.node = el("div", { class: "ss-unfinished" });
    recorder.addEventListener("change", () => this.#hideActive());
    session.addEventListener("open", () => this.update());
    this.update();
  }

  /** Look for such recordings anew. */
  async update() {
    const found = await recorder.unfinished();
    const stopped = found.find((each) => each.is_stopped && !each.is_elsewhere);
    if (stopped && !recorder.isActive) {
      await recorder.finishStored(stopped);
      return;
    }
    const isOffered = (each) => !each.is_elsewhere || each.recording_id === session.openId;
    const offered = recorder.isActive ? [] : found.filter((each) => isOffered(each));
    this.node.replaceChildren(...offered.map((each) => this.#offer(each)));
  }

  /** @param {StoredSession & {is_elsewhere: boolean}} stored */
  #offer(stored) {
    const { t } = this;
    const title = /** @type {{title?: string}} */ (stored.options).title ?? "";
    const words = stored.is_elsewhere
      ? t("live.unfinished_elsewhere", { title })
      : t("live.unfinished", { title });
    const say = el("span", { role: "status", text: words });
    const goOn = stored.is_elsewhere ? t("live.take_back") : t("live.go_on");
    return el(
      "div",
      { class: "ss-banner", dataset: { part: "unfinished" } },
      say,
      button(goOn, "go-on", () => this.#goOn(stored, say)),
      stored.is_elsewhere
        ? null
        : button(t("live.finish"), "finish", () => recorder.finishStored(stored)),
    );
  }

  async #goOn(stored, say) {
    try {
      await recorder.goOn(stored);
      session.open(stored.recording_id);
    } catch (error) {
      const { code } = /** @type {import("./capture/capture.js").CaptureError} */ (error);
      say.textContent = this.t(`live.error_${code}`);
    }
  }

  #hideActive() {
    if (recorder.isActive) this.node.replaceChildren();
  }
}

function button(text, control, act) {
  return el("button", {
    class: "ss-button",
    type: "button",
    text,
    dataset: { control },
    on: { click: act },
  });
}
