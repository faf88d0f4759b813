// The review workspace of one transcript: hear it, read it, correct it. Builds the parts and connects them.

import { clock } from "../clock.js";
import { el, icon } from "../dom.js";
import { downloadMenu } from "../download_menu.js";
import { importButton } from "../import_button.js";
import { getBytes, getJson, urlOf } from "../server.js";
import { speakerColors } from "../speaker_colors.js";
import { StretchPlayer } from "../stretch_player.js";
import { Waveform } from "../waveform.js";
import { Commands, refusalText } from "./commands.js";
import { ConflictBoard, versionsOf } from "./conflict_board.js";
import { DetailWave } from "./detail_wave.js";
import { EditQueue } from "./edit_queue.js";
import { FindReplace } from "./find_replace.js";
import { HistoryPanel } from "./history_panel.js";
import { buildKeyHelp } from "./key_help.js";
import { EditorActions } from "./actions.js";
import { Keymap, keyOf } from "./keymap.js";
import { ReviewModel } from "./model.js";
import { Proposal } from "./proposal.js";
import { ProposalPanel } from "./proposal_panel.js";
import { RowFilter } from "./row_filter.js";
import { RowList } from "./row_list.js";
import { drawRow } from "./row_view.js";
import { Selection } from "./selection.js";
import { SpeakerMap } from "./speaker_map.js";
import { SpeakerPanel } from "./speaker_panel.js";
import { TextEditing } from "./text_editing.js";
import { TextMarks } from "./text_marks.js";

const MEDIUM_PX = 820; // of width: below, the panels and the names are drawn smaller
const NARROW_PX = 720; // below, the panels lie under the list
const POLL_MS = 3_000;
const SUM_UP_MS = 80;
const RATES = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];

export class TranscriptEditor {
  revision = 0;
  visible = []; // ids of the rows that the filter lets through
  skipped = new Set(); // speakers that playing leaves out
  #spoken = null;
  #gone = new AbortController();
  #timer = 0;
  #polling = false;

  /** @param {object} view the server's answer for a transcript  @param {Function} t */
  constructor(view, t) {
    this.view = view;
    this.t = t;
    this.revision = view.revision;
    this.keymap = new Keymap();
    this.model = new ReviewModel(view);
    this.queue = new EditQueue(view.id, () => this.revision);
    this.readOnly = view.read_only === true;
    this.commands = new Commands({ model: this.model, queue: this.queue, readOnly: this.readOnly, onReadOnly: () => this.say(t("demo.read_only")) });
    this.marks = new TextMarks();
    this.#lookAgain();
    this.filter = new RowFilter({ speakers: () => this.model.speakers, nameOf: this.nameOf, t });
    this.visible = this.model.order;
    this.selection = new Selection(() => this.visible);
    this.player = new StretchPlayer(urlOf(`recordings/${view.recording_id}/audio`), {
      onTime: (ms) => this.#follow(ms), onState: (playing) => this.#showPlaying(playing),
      onError: () => this.say(t("view.audio_failed")),
    });
    this.#buildWaves();
    this.list = new RowList({ draw: (id) => this.#drawRow(id), isPinned: (id) => id === this.editing.id, label: t("view.rows") });
    this.#buildEditing();
    this.actions = new EditorActions(this);
    this.#buildPanels();
    this.node = this.#build();
    this.observer = new ResizeObserver(([{ contentRect: { width } }]) => this.#fit(width));
    this.observer.observe(this.node);
    this.#connect();
    this.list.setKeys(this.visible);
    this.#load();
  }

  dispose() {
    this.editing.finish("gone");
    this.#gone.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.summing);
    this.player.dispose();
    this.waveform.dispose();
    this.detail.dispose();
    this.list.dispose();
    this.marks.dispose();
    this.map.dispose();
    this.proposal.dispose();
    this.observer.disconnect();
    this.queue.dispose();
  }

  /** The name people gave, else "Speaker 3" for the label "S3". */
  nameOf = (speakerId) => {
    const speaker = this.model.speaker(speakerId);
    if (speaker === null) return this.t("view.unknown_speaker");
    return speaker.name || this.t("view.speaker", { number: speaker.label.replace(/^S/, "") });
  };

  lookOf = (speakerId) => this.colorOf(this.model.speaker(speakerId)?.label);

  /** A sentence for the person at work; "" takes it away. */
  say(words) { this.notice.textContent = words; }

  /** Shows that something is wrong with one edit and brings its row into view. */
  refuse(edit, refusal) {
    const [row] = edit.rows;
    if (row !== undefined && this.model.row(row) && this.editing.id === null) this.go(row, { play: false }); // who types on is left where they are
    this.#catchUp();
    const versions = versionsOf(edit, refusal);
    if (versions.length > 0) return this.#offer(versions, () => this.commands.again(edit));
    this.say(refusalText(refusal, this.t));
    const lost = edit.request.text;
    if (lost) this.notice.append(el("q", { class: "ss-lost", text: lost }));
    return undefined;
  }

  /** Both versions to choose from: theirs stands, mine is a new edit upon it. */
  #offer(versions, putMine) {
    this.conflicts.show({
      versions, onTheirs: () => this.list.node.focus({ preventScroll: true }),
      onMine: async () => {
        this.list.node.focus({ preventScroll: true });
        await this.#catchUp();
        putMine();
      },
    });
  }

  /** What was typed, unless somebody else has changed the words meanwhile: then a person decides. */
  #commitText(id, text, before) {
    const row = this.model.row(id);
    if (row === null || row.text === before || row.text === text) return this.commands.correctText(id, text);
    return this.#offer([{ theirs: row, mine: { ...row, text } }], () => this.commands.correctText(id, text));
  }

  /** Makes a row the current one, in view, and plays it. */
  go(id, { play = true } = {}) {
    this.selection.choose(id);
    this.show(id);
    if (play) this.play(id);
  }

  show(id) {
    const row = this.model.row(id);
    if (row === null) return;
    this.list.reveal(id);
    this.detail.bring(row.start_ms, row.end_ms);
  }

  play(id) {
    const row = this.model.row(id);
    if (row !== null) this.player.playStretch(row.start_ms, row.end_ms);
  }

  changeRate(by) {
    const index = RATES.reduce((best, rate, i) => (Math.abs(rate - this.player.rate) < Math.abs(RATES[best] - this.player.rate) ? i : best), 0);
    this.player.rate = RATES[Math.max(0, Math.min(RATES.length - 1, index + by))];
    this.rate.value = String(this.player.rate);
  }

  /** Types in a row. */
  edit(id, { caret } = {}) {
    if (this.readOnly) return this.say(this.t("demo.read_only"));
    const row = this.model.row(id);
    if (row === null) return;
    this.selection.choose(id);
    this.list.reveal(id);
    this.list.flush();
    const place = this.list.nodeOf(id)?.querySelector(".ss-text");
    if (place) this.editing.begin(id, row.text, place, caret === undefined ? {} : { caret });
  }

  openPanel(name) {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-selected", String(tab.dataset.panel === name));
      tab.tabIndex = tab.dataset.panel === name ? 0 : -1;
    }
    for (const [key, panel] of Object.entries(this.panels)) panel.node.hidden = key !== name;
    this.panels[name].update();
  }

  openHelp() {
    const dialog = buildKeyHelp({ keymap: this.keymap, t: this.t, onClose: () => { dialog.remove(); this.list.node.focus(); } });
    this.node.append(dialog);
    dialog.showModal();
  }

  #buildWaves() {
    const { view, t } = this;
    this.waveform = new Waveform({
      durationMs: view.duration_ms, turns: () => this.#stretches(), colorOf: (label) => this.colorOf(label),
      label: t("view.waveform"), onSeek: (ms) => this.player.playFrom(ms),
    });
    this.detail = new DetailWave({
      durationMs: view.duration_ms, label: t("review.detail"), lookOf: this.lookOf, currentId: () => this.selection.current,
      rowsBetween: (from, to) => this.#rowsBetween(from, to), onSeek: (ms) => this.player.playFrom(ms),
      onChoose: (id) => { this.selection.choose(id); this.list.reveal(id); },
      onRetime: (id, start, end) => this.commands.retime(id, start, end),
    });
  }

  #buildEditing() {
    this.editing = new TextEditing({
      transcriptId: this.view.id, label: this.t("review.text"),
      onCommit: (id, text, before) => this.#commitText(id, text, before),
      onSplit: (id, text, caret, before) => this.actions.splitTyped(id, text, caret, before),
      onMergeBack: (id, text, before) => this.actions.mergeBack(id, text, before),
      onTyping: () => this.#typing(),
      onGrow: (id) => this.list.remeasure(id),
      onKey: (key) => this.actions.whileTyping(key),
      onLeave: (how, id) => this.#left(how, id),
    });
  }

  #buildPanels() {
    const { t } = this;
    this.people = new SpeakerPanel({
      model: this.model, t, lookOf: this.lookOf, nameOf: this.nameOf,
      onRename: (id, name) => this.commands.renameSpeaker(id, name),
      onMerge: (from, into) => this.commands.mergeSpeakers(from, into),
      onSample: (id) => this.actions.playSample(id),
      onSkip: (id, skipped) => (skipped ? this.skipped.add(id) : this.skipped.delete(id)),
      isSkipped: (id) => this.skipped.has(id), onFilter: (id) => this.filter.showSpeaker(id),
    });
    this.history = new HistoryPanel({
      transcriptId: this.view.id, t, currentId: () => this.selection.current, nameOf: this.nameOf, onGoTo: (id) => this.commands.goTo(id), onNameVersion: (name) => this.actions.nameVersion(name),
    });
    this.proposal = new Proposal({ transcriptId: this.view.id, model: this.model, commands: this.commands, queue: this.queue, nameOf: this.nameOf, t });
    this.proposals = new ProposalPanel({
      proposal: this.proposal, t, lookOf: this.lookOf, nameOf: this.nameOf,
      onShow: (ids) => { this.filter.clear(); this.selection.replace(ids); this.show(ids[0]); },
    });
    this.map = new SpeakerMap({
      transcriptId: this.view.id, model: this.model, t, lookOf: this.lookOf, nameOf: this.nameOf, proposal: this.proposal, below: this.proposals.node,
      onPoint: (id, start, end) => {
        if (id !== null) this.go(id, { play: false });
        this.player.playStretch(start, end);
      },
      onChosen: (ids) => this.selection.replace(ids),
    });
    this.panels = { people: this.people, map: this.map, history: this.history };
    this.find = new FindReplace({
      model: this.model, t, onFind: (words) => this.filter.showWords(words),
      onReplace: (find, replacement, ids) => this.commands.replaceText(find, replacement, ids), onClose: () => this.list.node.focus(),
    });
  }

  /** Arrows go from panel to panel, as in any row of tabs. */
  #moveTab(event, name) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const names = Object.keys(this.panels);
    const next = names[(names.indexOf(name) + by + names.length) % names.length];
    this.openPanel(next);
    this.tabs.find((tab) => tab.dataset.panel === next).focus();
    event.preventDefault();
    event.stopPropagation();
  }

  #fit(width) {
    this.node.classList.toggle("ss-narrow", width < NARROW_PX);
    this.node.classList.toggle("ss-medium", width >= NARROW_PX && width < MEDIUM_PX);
  }

  #build() {
    const { view, t } = this;
    const button = (picture, action, words = t(`keys.${action}`)) => el("button", {
      class: "ss-icon-button", type: "button", title: words, "aria-label": words, dataset: { action },
      on: { click: () => this.actions.run(action) },
    }, icon(picture));
    this.downloads = el("div", {});
    this.notice = el("div", { class: "ss-notice", role: "alert" });
    this.conflicts = new ConflictBoard({ t, nameOf: this.nameOf, lookOf: this.lookOf });
    this.saved = el("span", { class: "ss-quiet ss-small ss-saved", role: "status" });
    this.meta = el("span", { class: "ss-quiet" });
    this.playButton = el("button", { class: "ss-play", type: "button", on: { click: () => this.player.toggle() } });
    this.time = el("span", { class: "ss-time" });
    this.rate = el("select", { class: "ss-select", "aria-label": t("review.rate"), on: { change: (event) => { this.player.rate = Number(event.target.value); } } },
      ...RATES.map((rate) => el("option", { value: String(rate), text: `${rate}×`, selected: rate === 1 })));
    this.tabs = Object.keys(this.panels).map((name) => el("button", {
      class: "ss-tab", type: "button", role: "tab", "aria-selected": "false", text: t(`review.${name}`), dataset: { panel: name },
      on: { click: () => this.openPanel(name), keydown: (event) => this.#moveTab(event, name) },
    }));
    const side = el("aside", { class: "ss-side" }, el("div", { class: "ss-tabs", role: "tablist" }, ...this.tabs), ...Object.values(this.panels).map((each) => each.node));
    const empty = this.model.length === 0 ? el("p", { class: "ss-empty", text: t(view.turns.length === 0 ? "view.no_speech" : "view.no_text") }) : null;
    this.#showPlaying(false);
    this.#showTime(0);
    const node = el("article", { class: this.readOnly ? "ss-view ss-editor ss-read-only" : "ss-view ss-editor" },
      el("header", { class: "ss-view-head" },
        el("div", { class: "ss-view-names" }, el("h2", { class: "ss-title", text: view.title }), this.meta,
          el("span", { class: "ss-quiet ss-small", text: t("view.made_by", { models: view.models.join(" · ") }) })),
        el("div", { class: "ss-file-actions" }, importButton({ recordingId: view.recording_id, transcriptId: view.id, onCorrected: () => this.#catchUp() }, t), this.downloads)),
      el("div", { class: "ss-player" }, this.playButton, this.waveform.node, this.time),
      el("div", { class: "ss-detail-line" }, this.detail.node,
        el("div", { class: "ss-zoom" }, ...[["zoom_in", t("review.zoom_in"), -1], ["zoom_out", t("review.zoom_out"), 1]].map(([picture, words, by]) => el("button", {
          class: "ss-tiny", type: "button", title: words, "aria-label": words, on: { click: () => this.detail.zoom(by) },
        }, icon(picture))))),
      el("div", { class: "ss-tools" }, button("undo", "undo"), button("redo", "redo"), button("search", "find"), button("flag", "flag"), button("check", "verify"),
        this.rate, this.filter.node, button("keyboard", "help"), this.saved),
      this.find.node, this.notice, this.conflicts.node,
      el("div", { class: "ss-desk" }, empty ?? this.list.node, side));
    this.openPanel("people");
    return node;
  }

  #connect() {
    const { model, queue, selection } = this;
    model.addEventListener("rows", ({ detail }) => this.#rowsChanged(detail));
    model.addEventListener("speakers", () => this.#speakersChanged());
    this.proposal.addEventListener("change", ({ detail }) => { this.list.refresh(detail.ids); this.proposals.update(); this.map.update(); });
    this.filter.addEventListener("change", () => this.#filterChanged());
    selection.addEventListener("change", ({ detail }) => { this.list.refresh(detail.ids); this.#announce(); this.detail.redraw(); this.history.showCurrent(); });
    queue.addEventListener("answer", ({ detail: { edit, answer } }) => { this.#take(answer, edit.id); this.actions.answered(edit, answer); });
    queue.addEventListener("refused", ({ detail: { edit, refusal } }) => this.refuse(edit, refusal));
    for (const what of ["length", "offline", "online"]) queue.addEventListener(what, () => this.#showSaved());
    const { signal } = this.#gone;
    this.node.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.list.node.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.list.node.addEventListener("dblclick", (event) => this.#doubleClicked(event), { signal });
    this.list.node.addEventListener("scroll", () => this.#wantTokens(), { signal, passive: true });
    window.addEventListener("focus", () => this.#catchUp(), { signal });
    this.#showSaved();
    this.#showMeta();
    this.#showHistory(this.view);
  }

  async #load() {
    const { signal } = this.#gone;
    this.queue.adopt().forEach((edit) => this.model.promise(edit.id, edit.fields));
    this.#restoreDraft();
    this.#poll();
    getJson(`transcripts/${this.view.id}/doubts`, { signal }).then(({ doubts }) => this.model.takeDoubts(doubts)).catch(() => {});
    const peaks = await getBytes(`recordings/${this.view.recording_id}/peaks`, { signal }).catch(() => null);
    if (peaks === null || signal.aborted) return;
    this.waveform.show(peaks);
    this.detail.show(peaks);
    this.#wantTokens();
  }

  /** What was being typed when the page went away is there again, to be finished. */
  #restoreDraft() {
    const draft = this.editing.draft();
    if (draft === null) return;
    const row = this.model.row(draft.id);
    if (row === null) {
      this.say(this.t("review.draft_orphan"));
      this.notice.append(el("q", { class: "ss-lost", text: draft.text }));
      return this.editing.dropDraft();
    }
    this.selection.choose(row.id);
    if (row.text !== draft.before) {
      this.editing.dropDraft();
      const mine = draft.text.replace(/\s*\n\s*/g, " ").trim();
      return this.#offer([{ theirs: row, mine: { ...row, text: mine } }], () => this.commands.correctText(row.id, mine));
    }
    return requestAnimationFrame(() => {
      this.edit(row.id);
      this.editing.box.value = draft.text;
      this.editing.box.dispatchEvent(new Event("input"));
      this.say(this.t("review.draft_restored"));
    });
  }

  #take(answer, editId = null) {
    if (answer.revision <= this.revision) return this.model.settle(editId);
    this.revision = answer.revision;
    this.model.take(answer, editId);
    this.#showHistory(answer);
  }

  /** Follows what other tabs and other people do. */
  async #catchUp() {
    if (this.#polling) return;
    this.#polling = true;
    try {
      if (this.queue.length === 0) this.#take(await getJson(`transcripts/${this.view.id}/changes/${this.revision}`, { signal: this.#gone.signal }));
    } catch { /* the next time will tell */ }
    this.#polling = false;
  }

  async #poll() {
    if (this.#gone.signal.aborted) return;
    if (!document.hidden) await this.#catchUp();
    this.#timer = setTimeout(() => this.#poll(), POLL_MS);
  }

  #rowsChanged({ ids, order }) {
    const former = this.visible.indexOf(this.selection.current);
    if (order || this.filter.isOn) {
      this.#applyFilter();
      this.selection.keepOnly((id) => this.model.row(id) !== null, former);
    }
    for (const id of ids) if (!this.marks.knows(id, this.model.row(id)?.text)) this.marks.forget(id);
    this.list.refresh(ids);
    this.detail.redraw();
    this.map.update();
    this.#sumUp();
    this.#wantTokens();
  }

  /** What is shown of all rows together follows when the rows themselves have been drawn. */
  #sumUp() {
    this.summing ??= setTimeout(() => {
      this.summing = null;
      this.waveform.redraw();
      this.#showMeta();
      this.people.update();
      this.proposals.update();
    }, SUM_UP_MS);
  }

  #speakersChanged() {
    this.#lookAgain();
    this.filter.updateSpeakers();
    this.people.update();
    this.map.update();
    this.proposals.update();
    this.list.refresh();
    this.waveform.redraw();
    this.detail.redraw();
  }

  #lookAgain() { this.colorOf = speakerColors(this.model.speakers.map((each) => each.label)); }

  #filterChanged() {
    this.#applyFilter();
    if (this.selection.current !== null) this.list.reveal(this.selection.current);
    this.#wantTokens();
  }

  /** The row that somebody works on stays, even where it no longer passes. */
  #applyFilter() {
    const stays = this.selection?.current;
    this.visible = this.filter.isOn ? this.model.order.filter((id) => id === stays || this.filter.passes(this.model.row(id), this.model.doubt(id))) : this.model.order;
    this.list.setKeys(this.visible);
  }

  #drawRow(id) {
    const row = this.model.row(id);
    const group = this.proposal.groupOf(id);
    return drawRow(row, {
      look: this.lookOf(row.speaker_id), name: this.nameOf(row.speaker_id), t: this.t,
      isCurrent: id === this.selection.current, isSelected: this.selection.has(id), isSpoken: id === this.#spoken, doubt: this.model.doubt(id),
      proposed: group === null ? null : { name: this.proposal.nameOfGroup(group), look: this.proposal.lookOfGroup(group) },
    });
  }

  #clicked(event) {
    const node = event.target.closest(".ss-row");
    if (!node || event.target.closest(".ss-typing")) return;
    const { id } = node.dataset;
    if (event.target.closest(".ss-proposed")) return this.actions.takeProposed(id);
    if (event.target.closest(".ss-chip")) return this.actions.openSpeakers(id);
    if (event.shiftKey) return this.selection.extendTo(id);
    if (event.ctrlKey || event.metaKey) return this.selection.toggle(id);
    if (String(window.getSelection()) !== "") return undefined;
    this.list.node.focus({ preventScroll: true });
    return this.go(id);
  }

  #doubleClicked(event) {
    const node = event.target.closest(".ss-row");
    if (!node || !event.target.closest(".ss-text") || event.target.closest(".ss-typing")) return;
    const at = document.caretPositionFromPoint?.(event.clientX, event.clientY)?.offset ?? document.caretRangeFromPoint?.(event.clientX, event.clientY)?.startOffset;
    window.getSelection().removeAllRanges();
    this.edit(node.dataset.id, { caret: at });
  }

  #key(event) {
    if (event.target.closest("input, select, textarea, dialog")) return;
    const key = keyOf(event);
    if (key === "") return;
    const isButton = event.target.closest("button, a, [role=slider]") !== null;
    if (isButton && ["Enter", "Space", "ArrowLeft", "ArrowRight"].includes(key)) return;
    if (this.actions.press(key)) event.preventDefault();
  }

  #typing() {
    if (this.player.isPlaying) {
      this.player.pause();
      this.pausedByTyping = true;
    }
  }

  #left(how, id) {
    this.list.refresh([id]);
    if (this.filter.isOn) this.#applyFilter();
    if (how === "gone" || how === "moved") return;
    if (how !== "blur") this.list.node.focus({ preventScroll: true });
    if (how === "next") this.actions.editNext(id);
  }

  #follow(ms) {
    this.waveform.moveTo(ms);
    this.detail.moveTo(ms, { follow: this.player.isPlaying });
    this.#showTime(ms);
    const index = this.player.isPlaying ? this.model.indexAt(ms) : -1;
    const id = index < 0 ? null : this.model.order[index];
    if (id !== null && this.actions.skipTo(id, ms)) return;
    if (id !== this.#spoken) this.#markSpoken(id);
    if (id !== null) this.marks.showSpoken(id, this.list.nodeOf(id)?.querySelector(".ss-text"), ms);
  }

  #markSpoken(id) {
    const former = this.#spoken;
    this.#spoken = id;
    for (const each of [former, id]) if (each !== null) this.list.nodeOf(each)?.classList.toggle("ss-spoken", each === id);
    if (id !== null && this.editing.id === null) this.list.reveal(id);
  }

  #rowsBetween(from, to) {
    const { model } = this;
    let [low, high] = [0, model.order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (model.row(model.order[middle]).start_ms < from - 60_000) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (let i = low; i < model.order.length; i++) {
      const row = model.row(model.order[i]);
      if (row.start_ms > to) break;
      if (row.end_ms > from) found.push(row);
    }
    return found;
  }

  /** Who speaks when, for the overview: the rows, or the turns where nothing was recognised. */
  #stretches() {
    if (this.model.length === 0) return this.view.turns;
    return this.model.rows.map((row) => ({ start_ms: row.start_ms, end_ms: row.end_ms, speaker: this.model.speaker(row.speaker_id)?.label }));
  }

  /** Times of the words of the rows in view, asked for when the list has come to rest. */
  #wantTokens() {
    clearTimeout(this.tokensTimer);
    this.tokensTimer = setTimeout(() => this.#loadTokens(), 120);
  }

  async #loadTokens() {
    const { signal } = this.#gone;
    const wanted = this.list.drawnKeys().filter((id) => this.model.row(id) && !this.marks.knows(id, this.model.row(id).text));
    if (wanted.length > 0 && !signal.aborted) {
      const answer = await getJson(`transcripts/${this.view.id}/tokens?ids=${wanted.slice(0, 80).join(",")}`, { signal }).catch(() => ({ tokens: {} }));
      for (const [id, tokens] of Object.entries(answer.tokens)) if (this.model.stored(id)) this.marks.know(id, this.model.stored(id).text, tokens);
    }
    if (!signal.aborted) this.marks.showDoubtful(this.list.drawnKeys().map((id) => [id, this.list.nodeOf(id).querySelector(".ss-text")]));
  }

  #announce() {
    const { current } = this.selection;
    if (current === null) this.list.node.removeAttribute("aria-activedescendant");
    else this.list.node.setAttribute("aria-activedescendant", `row-${current}`);
  }

  #showHistory({ can_undo: canUndo, can_redo: canRedo }) {
    this.node.querySelector("[data-action=undo]").disabled = !canUndo;
    this.node.querySelector("[data-action=redo]").disabled = !canRedo;
    if (!this.history.node.hidden) this.history.update();
  }

  #showMeta() {
    this.#showDownloads();
    const { model, t, view } = this;
    const done = model.rows.filter((row) => row.status === "verified" || row.status === "rejected").length;
    this.meta.textContent = t(model.speakers.length === 1 ? "view.meta_one" : "view.meta",
      { duration: clock(view.duration_ms), speakers: model.speakers.length, sentences: model.length })
      + (done > 0 ? ` · ${t("review.progress", { percent: Math.floor((100 * done) / Math.max(1, model.length)) })}` : "");
  }

  /** The menu offers the choices that make a difference now. */
  #showDownloads() {
    const rows = this.model.rows;
    const choices = { is_edited: rows.some((row) => row.is_edited), num_verified: rows.filter((row) => row.status === "verified").length };
    const shown = `${choices.is_edited} ${choices.num_verified > 0}`;
    if (this.shownDownloads === shown) return;
    this.shownDownloads = shown;
    this.downloads.replaceChildren(downloadMenu({ id: this.view.recording_id, formats: this.view.formats, ...choices }, this.t));
  }

  #showSaved() {
    const { length, offline } = this.queue;
    this.saved.textContent = offline ? this.t(length === 1 ? "review.unsent_one" : "review.unsent", { count: length }) : length > 0 ? this.t("review.saving") : this.t("review.saved");
    this.saved.classList.toggle("ss-problem", offline);
  }

  #showPlaying(playing) {
    this.playButton.replaceChildren(icon(playing ? "pause" : "play"));
    this.playButton.setAttribute("aria-label", this.t(playing ? "view.pause" : "view.play"));
    if (!playing) this.#markSpoken(null);
  }

  #showTime(ms) { this.time.textContent = `${clock(ms)} / ${clock(this.view.duration_ms)}`; }
}
