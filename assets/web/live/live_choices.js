// The microphone's part of the new-transcription sheet where the server transcribes live: live or
// a recording first, and whose sound.

/**
 * @import { SoundSource } from "./capture/capture.js"
 * @import { Translate } from "../types.d.ts"
 */

import { el } from "../components/dom.js";
import { readStorage, writeStorage } from "../api/browser_storage.js";
import { canShareSound, microphones } from "./capture/capture.js";
import { LevelCheck } from "./capture/level_check.js";

const KEPT = "speaker-studio:live-source";

/** Fires "change" when the way of recording changes. */
export class LiveChoices extends EventTarget {
  isLive = false; // whether recording and transcribing go together
  #isOffered = false;
  #isShown = false;
  /** @type {"microphone"|"shared"} */
  #kind = "microphone";

  /** @param {Translate} t */
  constructor(t) {
    super();
    this.t = t;
    this.ways = segments(t("live.way"), [
      ["live", t("live.way_live"), () => this.#choose(true)],
      ["take", t("live.way_take"), () => this.#choose(false)],
    ]);
    this.sources = segments(t("live.source"), [
      ["microphone", t("live.source_microphone"), () => this.#chooseKind("microphone")],
      ["shared", t("live.source_shared"), () => this.#chooseKind("shared")],
    ]);
    this.devices = el("select", {
      class: "ss-select",
      "aria-label": t("live.source_microphone"),
      dataset: { control: "device" },
      on: { change: () => this.#listen() },
    });
    this.check = new LevelCheck(t);
    this.call = el("input", { type: "checkbox", dataset: { control: "call" } });
    this.microphone = el(
      "div",
      { class: "ss-live-microphone" },
      this.devices,
      this.check.node,
      el("label", { class: "ss-live-call" }, this.call, t("live.call")),
    );
    this.shared = el("p", { class: "ss-quiet ss-small", text: t("live.shared_hint") });
    this.fields = el("div", { class: "ss-live-fields" }, this.microphone, this.shared);
    this.node = el(
      "div",
      { class: "ss-live-choices", hidden: true },
      el("div", { class: "ss-live-kinds" }, this.ways.node, this.sources.node),
      this.fields,
    );
    const kept = readStorage(KEPT) ?? {};
    this.call.checked = kept.isCall === true;
    this.#chooseKind(canShareSound() && kept.kind === "shared" ? "shared" : "microphone");
    this.#choose(false);
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.showDevices());
  }

  /** Offer the live way, as the main one. */
  offer() {
    if (this.#isOffered) return;
    this.#isOffered = true;
    this.node.hidden = false;
    this.#choose(true);
  }

  /** List the microphones. */
  async showDevices() {
    const found = await microphones();
    const chosen = this.devices.value || (readStorage(KEPT)?.deviceId ?? "");
    this.devices.replaceChildren(
      el("option", { value: "", text: this.t("live.default_device") }),
      ...found.map(({ deviceId, label }) => el("option", { value: deviceId, text: label })),
    );
    this.devices.value = found.some((each) => each.deviceId === chosen) ? chosen : "";
  }

  /** Show the level of the microphone while the choices are on screen. */
  setShown(isShown) {
    if (isShown === this.#isShown) return;
    this.#isShown = isShown;
    this.#listen();
  }

  #listen() {
    const isNeeded = this.#isShown && this.isLive && this.#kind === "microphone";
    if (isNeeded) this.check.start({ kind: "microphone", deviceId: this.devices.value });
    else this.check.stop();
  }

  /** Return the chosen sound, and keep the choice for the next time. @returns {SoundSource} */
  take() {
    const isCall = this.call.checked;
    const source = { kind: this.#kind, deviceId: this.devices.value, isCall };
    writeStorage(KEPT, source);
    return source;
  }

  /** Record first, transcribe after. */
  chooseTake() {
    this.#choose(false);
  }

  #choose(isLive) {
    this.isLive = isLive;
    this.ways.press(isLive ? "live" : "take");
    this.fields.hidden = !isLive;
    this.sources.node.hidden = !isLive || !canShareSound();
    this.#listen();
    this.dispatchEvent(new Event("change"));
  }

  #chooseKind(kind) {
    this.#kind = kind;
    this.sources.press(kind);
    this.microphone.hidden = kind !== "microphone";
    this.shared.hidden = kind !== "shared";
    this.#listen();
  }
}

/**
 * Return a row of buttons of which one is pressed.
 * @param {string} label
 * @param {[string, string, () => void][]} choices name, text and act of each
 */
function segments(label, choices) {
  const buttons = choices.map(([name, text, act]) =>
    el("button", { type: "button", text, dataset: { control: name }, on: { click: act } }),
  );
  return {
    node: el("div", { class: "ss-segments", role: "group", "aria-label": label }, ...buttons),
    press: (chosen) => {
      for (const button of buttons)
        button.setAttribute("aria-pressed", String(button.dataset.control === chosen));
    },
  };
}
