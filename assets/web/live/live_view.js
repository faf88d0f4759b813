// A live recording in the editor's place.

/**
 * @import { Translate } from "../types.d.ts"
 */

import { el, icon } from "../components/dom.js";
import { digit } from "../components/speakers/speaker_digit.js";
import { clock } from "../components/text/time_format.js";
import { LiveDock } from "./live_dock.js";
import { LiveTranscriptView, lookOfNumber, nameOfNumber } from "./live_transcript_view.js";
import { recorder } from "./recorder.js";

const SAVED = {
  saved: "live.saved",
  offline: "live.offline",
  tight: "live.tight",
  unsafe: "live.unsafe",
};
const LIMIT_NEAR_MS = 60_000;
const UNSENT_MS = 3_000; // less is on the way

export class LiveView {
  #aborter = new AbortController();
  #failure = ""; // code of the last CaptureError, until another attempt

  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.title = el("h2", { class: "ss-title ss-live-title" });
    this.dot = el("span", { class: "ss-live-dot", "aria-hidden": "true" });
    this.state = el("span", { class: "ss-quiet" });
    this.saved = el("span", { class: "ss-saved", role: "status" });
    this.notice = el("div", { class: "ss-live-notice", role: "alert", hidden: true });
    this.transcript = new LiveTranscriptView(t);
    this.transcript.node.append(this.notice);
    this.people = el("ul", { class: "ss-people ss-live-people" });
    this.dock = new LiveDock(t, (source) => this.#attempt(() => recorder.changeSource(source)));
    this.node = el(
      "article",
      { class: "ss-editor ss-live", dataset: { view: "text" } },
      el(
        "header",
        { class: "ss-head" },
        el("div", { class: "ss-head-title ss-live-head" }, this.dot, this.title, this.state),
        el("div", { class: "ss-file-actions" }, this.saved),
      ),
      el("div", { class: "ss-body" }, this.transcript.node, this.#panel()),
      this.dock.node,
    );
    const { signal } = this.#aborter;
    recorder.addEventListener("change", () => this.#show(), { signal });
    recorder.addEventListener("text", () => this.#showText(), { signal });
    recorder.addEventListener("level", () => this.dock.showLevel(), { signal });
    this.#show();
    this.#showText();
  }

  dispose() {
    this.#aborter.abort();
    this.dock.dispose();
  }

  #panel() {
    const { t } = this;
    return el(
      "aside",
      { class: "ss-live-panel", "aria-label": t("live.speakers") },
      el("h3", { text: t("live.speakers") }),
      this.people,
      el(
        "div",
        { class: "ss-live-legend" },
        el("span", {}, el("i", { class: "ss-live-key" }), t("live.legend_final")),
        el("span", {}, el("i", { class: "ss-live-key ss-dashed" }), t("live.legend_provisional")),
        el("span", {}, el("span", { text: t("live.legend_grey") }), t("live.legend_passing")),
      ),
    );
  }

  #show() {
    const { t } = this;
    const { state, title, unsentMs } = recorder;
    this.title.textContent = title;
    this.node.dataset.state = state;
    this.state.textContent = t(`live.state_${state}`);
    const isOffline = recorder.link === "offline" || unsentMs > UNSENT_MS;
    const saved = recorder.isTight ? "tight" : isOffline ? "offline" : "saved";
    this.#showSaved(recorder.isSafe ? saved : "unsafe");
    this.#showNotice();
    this.dock.show();
  }

  #showSaved(state) {
    if (this.saved.dataset.state === state) return;
    this.saved.dataset.state = state;
    this.saved.replaceChildren(
      icon(state === "saved" ? "cloud-check" : "cloud-off"),
      el("span", { text: this.t(SAVED[state]) }),
    );
  }

  /** Show what needs an answer or an explanation, if anything does. */
  #showNotice() {
    const { key, actions } = this.#failure === "" ? this.#notice() : this.#failureNotice();
    if (this.notice.dataset.key === key) return;
    this.notice.dataset.key = key;
    this.notice.hidden = key === "";
    this.notice.replaceChildren(
      ...(key === "" ? [] : [el("span", { text: this.t(key) })]),
      ...actions.map(([text, act]) =>
        el("button", {
          class: "ss-button",
          type: "button",
          text: this.t(text),
          dataset: { control: text },
          on: { click: act },
        }),
      ),
    );
  }

  /** Return the notice of a device that could not be opened. */
  #failureNotice() {
    const { actions } = this.#notice();
    const forget = /** @type {[string, () => void]} */ ([
      "live.leave",
      () => this.#attempt(() => {}),
    ]);
    return { key: `live.error_${this.#failure}`, actions: actions.length > 0 ? actions : [forget] };
  }

  /** @returns {{key: string, actions: [string, () => void][]}} */
  #notice() {
    const { state, passing, problem, isLoggedOut } = recorder;
    if (state === "lost")
      return { key: "live.lost", actions: [["live.reconnect", () => this.#reopen()]] };
    if (state === "taken_over")
      return {
        key: "live.taken_over",
        actions: [
          ["live.take_back", () => this.#again()],
          ["live.leave", () => recorder.leave()],
        ],
      };
    if (isLoggedOut) return { key: "live.logged_out", actions: [] };
    if (problem === "no_room") return { key: "live.no_room", actions: [] };
    if (state === "stopping")
      return { key: recorder.unsentMs > 0 ? "live.stopping" : "live.finishing", actions: [] };
    if (recorder.maxMs - recorder.recordedMs < LIMIT_NEAR_MS)
      return { key: "live.limit_near", actions: [] };
    if (passing !== "on") return { key: `live.passing_${passing}`, actions: [] };
    return { key: "", actions: [] };
  }

  async #reopen() {
    await this.#attempt(() => recorder.changeSource());
  }

  async #again() {
    await this.#attempt(() => recorder.takeBack());
  }

  /** Open a device, and say why that fails. */
  async #attempt(open) {
    this.#failure = "";
    try {
      await open();
    } catch (error) {
      console.warn(error);
      this.#failure = /** @type {import("./capture/capture.js").CaptureError} */ (error).code;
    }
    this.#show();
  }

  #showText() {
    this.transcript.show(recorder.text);
    this.#showPeople();
    this.dock.show();
  }

  #showPeople() {
    const times = recorder.text.speakingTimes;
    const whole = times.reduce((sum, { ms }) => sum + ms, 0);
    const most = Math.max(1, ...times.map(({ ms }) => ms));
    this.people.replaceChildren(
      ...times.map(({ speaker, ms }) => {
        const look = lookOfNumber(speaker);
        return el(
          "li",
          { class: "ss-person", style: look.style },
          digit(look),
          el("span", { text: nameOfNumber(speaker, this.t) }),
          el(
            "span",
            { class: "ss-person-bar", "aria-hidden": "true" },
            el("span", { style: { width: `${(100 * ms) / most}%` } }),
          ),
          el("span", { class: "ss-person-share", text: `${Math.round((100 * ms) / whole)} %` }),
          el("span", { class: "ss-person-time", text: clock(ms) }),
        );
      }),
    );
  }
}
