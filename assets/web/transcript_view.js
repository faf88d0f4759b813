// One recording's transcript: who said what, to read, to hear, to save.

import { clock } from "./clock.js";
import { el, icon } from "./dom.js";
import { downloadMenu } from "./download_menu.js";
import { importButton } from "./import_button.js";
import { getBytes, urlOf } from "./server.js";
import { speakerColors } from "./speaker_colors.js";
import { StretchPlayer } from "./stretch_player.js";
import { Waveform } from "./waveform.js";

const FOLLOW_MARGIN_PX = 80;

export class TranscriptView {
  #spoken = -1;
  #gone = new AbortController();

  /** @param {object} recording the server's transcript view  @param {Function} t */
  constructor(recording, t) {
    this.recording = recording;
    this.t = t;
    this.colorOf = speakerColors(recording.speakers.map((each) => each.label));
    this.player = new StretchPlayer(urlOf(`recordings/${recording.id}/audio`), {
      onTime: (ms) => this.#follow(ms),
      onState: (playing) => this.#showPlaying(playing),
      onError: () => { this.problem.textContent = t("view.audio_failed"); },
    });
    this.waveform = new Waveform({
      durationMs: recording.duration_ms, turns: () => recording.turns, colorOf: this.colorOf,
      label: t("view.waveform"), onSeek: (ms) => this.player.playFrom(ms),
    });
    this.node = el("article", { class: "ss-view" }, this.#header(), this.#playerBar(), this.#shares(), this.#rows());
    this.#loadPeaks();
  }

  dispose() {
    this.#gone.abort();
    this.player.dispose();
    this.waveform.dispose();
  }

  #header() {
    const { recording, t } = this;
    const many = recording.speakers.length === 1 ? "view.meta_one" : "view.meta";
    const meta = t(many, {
      duration: clock(recording.duration_ms), speakers: recording.speakers.length, sentences: recording.sentences.length,
    });
    return el("header", { class: "ss-view-head" },
      el("div", { class: "ss-view-names" },
        el("h2", { class: "ss-title", text: recording.title }),
        el("div", { class: "ss-quiet", text: meta }),
        el("div", { class: "ss-quiet ss-small", text: t("view.made_by", { models: recording.models.join(" · ") }) })),
      el("div", { class: "ss-file-actions" }, importButton(recording, t), downloadMenu(recording, t)));
  }

  #playerBar() {
    this.playButton = el("button", { class: "ss-play", type: "button", on: { click: () => this.player.toggle() } });
    this.time = el("span", { class: "ss-time" });
    this.problem = el("span", { class: "ss-problem", role: "alert" });
    this.#showPlaying(false);
    this.#showTime(0);
    return el("div", { class: "ss-player" }, this.playButton, this.waveform.node, this.time, this.problem);
  }

  #shares() {
    const { recording, t } = this;
    const spoken = recording.speakers.filter((each) => each.share > 0);
    if (spoken.length === 0) return null;
    const percent = (share) => `${Math.round(100 * share)}%`;
    return el("section", { class: "ss-shares", "aria-label": t("view.share") },
      el("div", { class: "ss-share-bar", "aria-hidden": "true" }, ...spoken.map((each) => el("span", {
        style: { "flex-grow": String(each.share), background: this.colorOf(each.label).color },
      }))),
      el("ul", { class: "ss-share-list" }, ...spoken.map((each) => el("li", {},
        this.#chip(each.label), el("span", { text: `${clock(each.talk_ms)} · ${percent(each.share)}` })))));
  }

  #rows() {
    const { recording, t } = this;
    if (recording.sentences.length === 0) {
      return el("p", { class: "ss-empty", text: t(recording.turns.length === 0 ? "view.no_speech" : "view.no_text") });
    }
    this.rows = recording.sentences.map((sentence, i) => this.#row(sentence, i));
    this.rows[0].tabIndex = 0;
    return el("div", {
      class: "ss-rows", role: "listbox", "aria-label": t("view.rows"),
      on: { click: (event) => this.#clicked(event), keydown: (event) => this.#key(event) },
    }, ...this.rows);
  }

  #row(sentence, index) {
    return el("div", {
      class: "ss-row", role: "option", tabindex: "-1", "aria-selected": "false", dataset: { index: String(index) },
      style: { "--speaker": this.colorOf(sentence.speaker).color },
    },
    this.#chip(sentence.speaker),
    el("time", { class: "ss-start", text: clock(sentence.start_ms) }),
    el("span", { class: "ss-text", text: sentence.text }));
  }

  #chip(label) {
    const look = this.colorOf(label);
    const name = this.#nameOf(label);
    return el("span", { class: "ss-chip", style: { "--speaker": look.color } },
      el("span", { class: `ss-mark ss-${look.shape}`, "aria-hidden": "true" }), el("span", { text: name }));
  }

  /** The name people gave, else "Speaker 3" for the label "S3". */
  #nameOf(label) {
    const given = this.recording.speakers.find((each) => each.label === label)?.name;
    if (given) return given;
    return label ? this.t("view.speaker", { number: label.replace(/^S/, "") }) : this.t("view.unknown_speaker");
  }

  #clicked(event) {
    const row = event.target.closest(".ss-row");
    if (row && String(window.getSelection()) === "") this.#play(Number(row.dataset.index));
  }

  #key(event) {
    const index = this.rows.indexOf(event.target);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: this.rows.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") this.#play(index);
    else if (next !== undefined) this.rows[Math.max(0, Math.min(this.rows.length - 1, next))].focus();
    else return;
    event.preventDefault();
  }

  #play(index) {
    const { start_ms: start, end_ms: end } = this.recording.sentences[index];
    this.rows.forEach((row) => { row.tabIndex = -1; });
    this.rows[index].tabIndex = 0;
    this.player.playStretch(start, end);
  }

  #follow(ms) {
    this.waveform.moveTo(ms);
    this.#showTime(ms);
    this.#mark(this.player.isPlaying ? this.#sentenceAt(ms) : -1);
  }

  /** The last sentence that has begun and not ended, or -1: sentences may overlap. */
  #sentenceAt(ms) {
    const { sentences } = this.recording;
    let [low, high] = [0, sentences.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sentences[middle].start_ms <= ms) low = middle + 1;
      else high = middle;
    }
    return low > 0 && ms < sentences[low - 1].end_ms ? low - 1 : -1;
  }

  #mark(index) {
    if (index === this.#spoken || !this.rows) return;
    if (this.#spoken >= 0) this.#setSpoken(this.rows[this.#spoken], false);
    this.#spoken = index;
    if (index < 0) return;
    this.#setSpoken(this.rows[index], true);
    this.#bringIntoView(this.rows[index]);
  }

  #setSpoken(row, spoken) {
    row.classList.toggle("ss-spoken", spoken);
    row.setAttribute("aria-selected", String(spoken));
  }

  #bringIntoView(row) {
    const box = row.getBoundingClientRect();
    const top = this.node.querySelector(".ss-player").getBoundingClientRect().bottom;
    if (box.top < top || box.bottom > window.innerHeight - FOLLOW_MARGIN_PX) row.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  #showPlaying(playing) {
    this.playButton.replaceChildren(icon(playing ? "pause" : "play"));
    this.playButton.setAttribute("aria-label", this.t(playing ? "view.pause" : "view.play"));
    if (!playing) this.#mark(-1);
  }

  #showTime(ms) {
    this.time.textContent = `${clock(ms)} / ${clock(this.recording.duration_ms)}`;
  }

  async #loadPeaks() {
    const { signal } = this.#gone;
    const peaks = await getBytes(`recordings/${this.recording.id}/peaks`, { signal }).catch(() => null);
    if (peaks !== null && !signal.aborted) this.waveform.show(peaks);
  }
}
