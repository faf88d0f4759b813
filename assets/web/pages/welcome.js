// The empty state: a place to drop files, the microphone, the demo, and a line on privacy.

/**
 * @import { Recording } from "../api/payloads.d.ts"
 * @import { Translate } from "../types.d.ts"
 */

import { loadVisit } from "../api/visit.js";
import { session } from "../api/session.js";
import { clock } from "../components/text/time_format.js";
import { el, icon } from "../components/dom.js";
import { newRecording } from "./new_recording/new_recording.js";

const MB_PER_GB = 1024;
const NUM_BARS = 88;

/**
 * @param {Translate} t
 * @param {Recording|undefined} demo a recording to try, if there is one
 */
export function welcome(t, demo) {
  const limit = el("span", { class: "ss-quiet ss-small", text: t("welcome.formats") });
  loadVisit()
    .then(({ limits }) => {
      limit.textContent = t("welcome.formats_limit", { size: sizeText(limits.file_mb) });
    })
    .catch(() => {});
  return el(
    "div",
    { class: "ss-welcome" },
    picture(),
    el("h2", { text: t("app.tagline") }),
    el("p", { text: t("welcome.lead") }),
    el(
      "div",
      { class: "ss-drop ss-welcome-drop" },
      el("span", { class: "ss-welcome-icon" }, icon("upload")),
      el("strong", { text: t("welcome.drop") }),
      el("button", {
        class: "ss-button ss-primary",
        type: "button",
        text: t("new.choose_files"),
        dataset: { control: "choose" },
        on: { click: () => newRecording.choose() },
      }),
      limit,
    ),
    el(
      "div",
      { class: "ss-ways" },
      way("mic", t("welcome.record"), t("welcome.record_hint"), "record", () =>
        newRecording.open("microphone"),
      ),
      demo
        ? way(
            "headphones",
            t("welcome.demo"),
            t("welcome.demo_hint", {
              length: clock(demo.duration_ms ?? 0),
              people: demo.num_speakers ?? 0,
            }),
            "demo",
            () => session.open(demo.id),
          )
        : null,
    ),
    el("p", { class: "ss-privacy" }, icon("lock"), t("welcome.privacy")),
  );
}

function way(name, title, hint, control, act) {
  return el(
    "button",
    { class: "ss-way", type: "button", dataset: { control }, on: { click: act } },
    el("span", { class: "ss-welcome-icon" }, icon(name)),
    el("b", { text: title }),
    el("span", { class: "ss-quiet ss-small", text: hint }),
  );
}

/** Return a picture of a recording whose grey waveform turns into the colours of speakers. */
function picture() {
  const bars = Array.from({ length: NUM_BARS }, (_, i) => {
    const height = 12 + 88 * Math.abs(Math.sin(1.7 * i) * Math.sin(0.23 * i + 1));
    const hue = 1 + (Math.floor(i / 9) % 4);
    const isHeard = i > NUM_BARS / 2 || (i > NUM_BARS / 4 && i % 3 === 0);
    return el("i", {
      style: {
        height: `${Math.round(height)}%`,
        background: isHeard ? `var(--s${hue})` : "var(--line2)",
      },
    });
  });
  return el("div", { class: "ss-welcome-picture", "aria-hidden": "true" }, ...bars);
}

function sizeText(megabytes) {
  return megabytes >= MB_PER_GB ? `${Math.round(megabytes / MB_PER_GB)} GB` : `${megabytes} MB`;
}
