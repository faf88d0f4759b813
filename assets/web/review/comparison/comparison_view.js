// Two transcripts of a recording side by side by time, with their differences marked.

/**
 * @import { MarkedSentence, ComparedTranscript, ComparisonPayload, ComparisonRow } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { urlOf } from "../../api/server.js";
import { el, icon } from "../../components/dom.js";
import { SegmentPlayer } from "../../components/sound/segment_player.js";
import { currentLanguage } from "../../components/text/language.js";
import { clock } from "../../components/text/time_format.js";
import { comparedSide, sentenceDrawer } from "./compared_side.js";

export class ComparisonView {
  #current = null; // the row that plays

  /**
   * @param {ComparisonPayload} view
   * @param {Map<string, string>} names of transcripts, by id
   * @param {Translate} t
   * @param {{onClose: () => void, onTake: ((id: string) => void)|null}} actions onTake: keeps one of both; null for readers
   */
  constructor(view, names, t, actions) {
    this.view = view;
    this.names = names;
    this.t = t;
    this.actions = actions;
    this.player = new SegmentPlayer(
      urlOf(`recordings/${view.recording_id}/audio`),
      {
        onTime: () => {},
        onState: (isPlaying) => this.#showPlaying(isPlaying),
        onError: () => this.#showPlaying(false),
      },
      view.has_audio,
    );
    this.drawers = {
      first: sentenceDrawer(view.first.speakers, t),
      second: sentenceDrawer(view.second.speakers, t),
    };
    this.rows = el("tbody", {}, ...view.rows.map((row) => this.#row(row)));
    this.table = el(
      "table",
      { class: "ss-compare-table" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("th", { scope: "col", text: t("compare.time") }),
          this.#head(view.first, "compare.first"),
          this.#head(view.second, "compare.second"),
        ),
      ),
      this.rows,
    );
    this.node = el(
      "section",
      { class: "ss-compare", "aria-label": t("compare.title") },
      this.#top(),
      this.table,
    );
    this.#showChangedOnly(view.num_changed_rows > 0);
  }

  dispose() {
    this.player.dispose();
  }

  #top() {
    const { t, view } = this;
    this.changedOnly = el("input", {
      type: "checkbox",
      on: { change: () => this.#showChangedOnly(this.changedOnly.checked) },
    });
    const percent = (100 * view.error_rate).toLocaleString([], { maximumFractionDigits: 1 });
    return el(
      "header",
      { class: "ss-compare-top" },
      el(
        "button",
        { class: "ss-button", type: "button", on: { click: () => this.actions.onClose() } },
        icon("arrow-left"),
        t("compare.back"),
      ),
      el("h2", { class: "ss-title", text: t("compare.of", { title: view.title }) }),
      el("p", {
        class: "ss-quiet",
        role: "status",
        text:
          view.num_errors === 0
            ? t("compare.same")
            : t("compare.figures", { percent, changed: view.num_changed_rows }),
      }),
      el("label", { class: "ss-compare-filter" }, this.changedOnly, t("compare.changed_only")),
    );
  }

  /** @param {ComparedTranscript} side */
  #head(side, key) {
    const { t, actions } = this;
    const made = new Date(side.created_at).toLocaleString([], {
      dateStyle: "short",
      timeStyle: "short",
    });
    const words = side.words.hotwords;
    return el(
      "th",
      { scope: "col" },
      el("span", { text: t(key) }),
      el("span", {
        class: "ss-quiet",
        title: side.models.join(" · "),
        text: [this.names.get(side.id), made].filter(Boolean).join(" · "),
      }),
      words.length > 0
        ? el("span", {
            class: "ss-quiet",
            text: t("view.words_used", {
              words: new Intl.ListFormat(currentLanguage()).format(words),
            }),
          })
        : null,
      actions.onTake === null
        ? null
        : el("button", {
            class: "ss-button",
            type: "button",
            text: t("compare.take"),
            "aria-label": `${t("compare.take")}: ${t(key)}`,
            on: { click: () => actions.onTake(side.id) },
          }),
    );
  }

  /** @param {ComparisonRow} row */
  #row(row) {
    const { t } = this;
    const time = clock(row.start_ms);
    const play = el(
      "button",
      {
        class: "ss-flat ss-compare-play",
        type: "button",
        disabled: !this.view.has_audio,
        "aria-label": t("compare.play", { time }),
        on: { click: () => this.#play(node, row) },
      },
      icon("play"),
      el("span", { text: time }),
    );
    const node = el(
      "tr",
      { dataset: { changed: String(row.is_changed) } },
      el("th", { scope: "row" }, play),
      this.#cell(row.first, "first"),
      this.#cell(row.second, "second"),
    );
    return node;
  }

  /**
   * @param {MarkedSentence[]} sentences
   * @param {"first"|"second"} side
   */
  #cell(sentences, side) {
    const drawn = sentences.map(({ parts, speaker_index: speaker }) =>
      this.drawers[side](parts, speaker),
    );
    return comparedSide("td", this.t(`compare.${side}`), drawn, this.t);
  }

  #play(node, row) {
    const isOwn = this.#current === node && this.player.isPlaying;
    if (isOwn) return this.player.pause();
    this.#showPlaying(false);
    this.#current = node;
    return this.player.playSegment(row.start_ms, row.end_ms);
  }

  #showPlaying(isPlaying) {
    if (isPlaying) this.#current?.setAttribute("aria-current", "true");
    else this.#current?.removeAttribute("aria-current");
  }

  #showChangedOnly(isOn) {
    this.changedOnly.checked = isOn;
    this.table.classList.toggle("ss-changed-only", isOn);
  }
}
