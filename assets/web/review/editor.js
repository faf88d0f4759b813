// The review workspace of one transcript: creates its parts and connects them.

/**
 * @import { Transcript } from "../api/payloads.d.ts"
 * @import { AnswerEvent, IdsEvent, RefusedEvent, RowsEvent, SpeakerLook, Translate } from "../types.d.ts"
 */

import { refusalText } from "../api/error_text.js";
import { getJson } from "../api/server.js";
import { session } from "../api/session.js";
import { speakerColors, speakerName } from "../components/speakers/speaker_colors.js";
import { EditorActions } from "./keys/actions.js";
import { afterDrawn } from "./after_drawn.js";
import { ChangesFeed } from "./edits/changes_feed.js";
import { Commands } from "./edits/commands.js";
import { ConflictBoard, versionsOf } from "./edits/conflict_board.js";
import { EditQueue } from "./edits/edit_queue.js";
import { EditorFrame } from "./frame/editor_frame.js";
import { FindReplace } from "./text/find_replace.js";
import { DoneBar } from "./done_bar.js";
import { buildKeyHelp } from "./keys/key_help.js";
import { ListeningReview } from "./listening_review.js";
import { LiveTranscript } from "./edits/live_transcript.js";
import { Keymap, keyOf } from "./keys/keymap.js";
import { Playback } from "./playback.js";
import { ReviewModel } from "./edits/model.js";
import { ReadingPlace } from "./reading_place.js";
import { KnownVoices } from "./speakers/known_voices.js";
import { Proposal } from "./speakers/proposal.js";
import { RowFilter } from "./rows/row_filter.js";
import { RowList } from "./rows/row_list.js";
import { RowPointer } from "./rows/row_pointer.js";
import { estimatedHeight } from "./rows/row_height.js";
import { DoubtTicks } from "./rows/doubt_ticks.js";
import { RowView, markRow } from "./rows/row_view.js";
import { SelectionBar } from "./rows/selection_bar.js";
import { Selection } from "./rows/selection.js";
import { SidePanels } from "./frame/side_panels.js";
import { SameMistakes } from "./suggestions/same_mistakes.js";
import { SimilarVoices } from "./suggestions/similar_voices.js";
import { SuggestionBar } from "./suggestions/suggestion_bar.js";
import { Suggestions } from "./suggestions/suggestions.js";
import { PlayingRow } from "./rows/playing_row.js";
import { TextMarks } from "./text/text_marks.js";
import { Typing } from "./text/typing.js";
import { UnsavedText } from "./text/unsaved_text.js";
import { WordCandidatesOf } from "./text/word_candidates.js";
import { WordTimes } from "./rows/word_times.js";

const SUM_UP_MS = 80;
const FIELDS = "input, select, textarea, [contenteditable]";
const KEYS_OF_CONTROLS = new Set(["Enter", "Space", "ArrowLeft", "ArrowRight", "Tab"]);
const DENSITY = "speaker-studio:density"; // in the browser's storage: "compact", or nothing

export class TranscriptEditor {
  visible = []; // ids of the rows that pass the filter
  skipped = new Set(); // ids of the speakers that playback skips
  #aborter = new AbortController();
  #summing = null;
  isCompact = localStorage.getItem(DENSITY) === "compact";

  /**
   * @param {Transcript & {read_only?: boolean}} view
   * @param {Translate} t
   */
  constructor(view, t) {
    this.view = view;
    this.t = t;
    this.readOnly = view.read_only === true;
    this.keymap = new Keymap();
    this.model = new ReviewModel(view);
    this.liveTranscript = new LiveTranscript(this);
    this.#assignColors();
    this.#buildSending();
    this.#buildRows();
    this.#buildPlayback();
    this.unsaved = new UnsavedText({ transcriptId: view.id, t });
    this.editing = new Typing(this);
    this.proposal = new Proposal({
      transcriptId: view.id,
      model: this.model,
      commands: this.commands,
      queue: this.queue,
      nameOf: this.nameOf,
      t,
    });
    this.suggestions = new Suggestions(this);
    this.knownVoices = new KnownVoices(this);
    this.sameMistakes = new SameMistakes(this);
    this.similarVoices = new SimilarVoices(this);
    this.actions = new EditorActions(this);
    this.panels = new SidePanels(this);
    this.place = new ReadingPlace(this);
    this.selectionBar = new SelectionBar(this);
    this.suggestionBar = new SuggestionBar(this);
    this.done = new DoneBar(this);
    this.find = new FindReplace({
      model: this.model,
      t,
      onHits: () => this.#markFound(),
      onShow: (id) => this.#showFound(id),
      onReplaceOne: (id, text) => this.commands.correctText(id, text),
      onReplace: (find, replacement, ids) => this.commands.replaceText(find, replacement, ids),
      onClose: () => this.focusList(),
    });
    this.conflicts = new ConflictBoard({
      model: this.model,
      t,
      nameOf: this.nameOf,
      lookOf: this.lookOf,
    });
    this.frame = new EditorFrame(this);
    this.node = this.frame.node;
    this.node.classList.toggle("ss-compact", this.isCompact);
    this.panels.start();
    this.#connect();
    this.list.setKeys(this.visible);
    afterDrawn(this.node, () => this.#load(), this.#aborter.signal);
  }

  dispose() {
    this.editing.dispose();
    this.actions.flagging.end();
    this.#aborter.abort();
    clearTimeout(this.#summing);
    for (const part of [
      this.feed,
      this.liveTranscript,
      this.playback,
      this.wordTimes,
      this.list,
      this.ticks,
      this.marks,
      this.panels,
      this.place,
      this.proposal,
      this.suggestions,
      this.similarVoices,
      this.queue,
      this.frame,
    ])
      part.dispose();
  }

  /** Return the shown name of a speaker. */
  nameOf = (speakerId) => speakerName(this.model.speaker(speakerId), this.t);

  /**
   * @param {string|null} speakerId
   * @returns {SpeakerLook}
   */
  lookOf = (speakerId) => this.colorOf(this.model.speaker(speakerId)?.label);

  /** Show a notice; "" hides it. */
  say(words) {
    this.frame.say(words);
  }

  /** Report an edit of a recording that the visitor may only read; the bar of the demo explains it. */
  refuseEdit() {
    session.dispatchEvent(new Event("read-only"));
  }

  /** Show why an edit was refused and scroll to its row. */
  refuse(edit, refusal) {
    const [row] = edit.rows;
    if (row !== undefined && this.model.row(row) && this.editing.id === null)
      this.go(row, { play: false }); // not while text is edited
    this.feed.catchUp();
    const versions = versionsOf(edit, refusal);
    const { text, comment, name } = edit.request;
    if (versions.length > 0) {
      const typed = text
        ? { text, rowId: row }
        : comment
          ? { text: comment, why: this.t("review.kept_comment") }
          : null;
      return this.offer(versions, () => this.commands.again(edit), typed);
    }
    const [why, typed] = [refusalText(refusal, this.t), text || comment || name];
    return typed ? this.unsaved.show(why, typed) : this.say(why);
  }

  /** Offer both versions: theirs is stored, mine becomes a new edit; typed text is kept until then. */
  offer(versions, putMine, typed = null) {
    this.conflicts.show({
      versions,
      onEnd: typed === null ? () => {} : this.unsaved.store(typed),
      onTheirs: () => this.focusList(),
      onMine: () => {
        this.focusList();
        return this.queue.announce(async () => {
          await this.feed.upToDate(); // else the edit is refused again
          putMine();
        });
      },
    });
  }

  /** Update from the list of recordings, during a run and at its end. */
  follow(recording) {
    this.frame.head.follow(recording);
    return this.liveTranscript.follow(recording);
  }

  /** Select a row, scroll to it and play it. */
  go(id, { play = true } = {}) {
    this.selection.choose(id);
    this.show(id);
    if (play) this.play(id);
  }

  show(id) {
    const row = this.model.row(id);
    if (row === null) return;
    this.list.reveal(id);
    this.showInWave(id);
  }

  /** Bring a row into the part of the waveform that is shown. */
  showInWave(id) {
    const row = this.model.row(id);
    this.playback.detail.bring(row.start_ms, row.end_ms);
  }

  /**
   * Play a row, or from there onwards if the recording plays without an end.
   * @param {string} id
   * @param {number} [fromMs] where to start; by default at the start of the row
   */
  play(id, fromMs) {
    const row = this.model.row(id);
    if (row === null) return;
    const start = fromMs ?? row.start_ms;
    this.editing.forgetPause();
    if (this.player.playsOn) this.player.playFrom(start);
    else this.player.playSegment(start, row.end_ms);
  }

  /** Focus the list without scrolling, so that keys go on at the current row. */
  focusList() {
    this.list.node.focus({ preventScroll: true });
  }

  /** Edit the text of a row. */
  edit(id, how = {}) {
    this.editing.begin(id, how);
  }

  /** Draw a row again after its text was edited. */
  typingEnded(id) {
    this.list.refresh([id]);
    if (this.filter.isOn) this.#applyFilter();
  }

  /** Show the names beside the strands, and more rows; stored in this browser. */
  setCompact(isCompact) {
    this.isCompact = isCompact;
    if (isCompact) localStorage.setItem(DENSITY, "compact");
    else localStorage.removeItem(DENSITY);
    this.node.classList.toggle("ss-compact", isCompact);
    this.list.forgetHeights();
  }

  openHelp() {
    const dialog = buildKeyHelp({
      keymap: this.keymap,
      t: this.t,
      onClose: () => {
        dialog.remove();
        this.focusList();
      },
    });
    this.node.append(dialog);
    dialog.showModal();
    dialog.focus(); // not its first button, which Enter would press
  }

  #buildSending() {
    const { view, model } = this;
    this.queue = new EditQueue(view.id, () => this.feed.revision);
    this.feed = new ChangesFeed({
      view,
      model,
      hasUnsent: () => this.queue.length > 0,
      onMerged: (answer) => this.#showHistory(answer),
    });
    this.commands = new Commands({
      model,
      queue: this.queue,
      readOnly: this.readOnly,
      onReadOnly: () => this.refuseEdit(),
      onCorrected: (...correction) => this.sameMistakes.corrected(...correction),
    });
  }

  #buildRows() {
    const { view, t, model } = this;
    this.filter = new RowFilter({ model, nameOf: this.nameOf, lookOf: this.lookOf, t });
    this.visible = model.order;
    this.selection = new Selection(() => this.visible);
    this.rows = new RowView(this);
    this.list = new RowList({
      draw: (id, index) => this.rows.draw(id, index),
      stateOf: (id, index) => this.rows.turnState(index),
      estimate: (id, index) => this.#estimatedHeight(id, index),
      isPinned: (id) => id === this.editing.id || this.pointer.isPressed(id),
      onDrawn: () => {
        this.ticks.update();
        if (this.find.isOpen) this.#markFound();
      },
      label: t("view.rows"),
    });
    this.ticks = new DoubtTicks(this);
    this.marks = new TextMarks();
    this.words = new WordCandidatesOf({ transcriptId: view.id, marks: this.marks });
    this.wordTimes = new WordTimes({
      transcriptId: view.id,
      model,
      list: this.list,
      marks: this.marks,
    });
  }

  #buildPlayback() {
    this.playingRow = new PlayingRow(this, this.#aborter.signal);
    this.listeningReview = new ListeningReview(this);
    this.playback = new Playback({
      view: this.view,
      model: this.model,
      t: this.t,
      lookOf: this.lookOf,
      nameOf: this.nameOf,
      currentId: () => this.selection.current,
      isUnfinished: () => this.liveTranscript.isOn,
      listening: this.listeningReview.button,
      onTime: (ms, playing) => {
        this.playingRow.move(ms, playing);
        this.listeningReview.move(ms, playing);
      },
      onState: (playing) => {
        if (!playing) this.playingRow.clear();
      },
      onError: () => this.say(this.t("view.audio_failed")),
      onMissing: () => this.say(this.t("growing.no_audio")),
      onChoose: (id) => {
        this.selection.choose(id);
        this.list.reveal(id);
      },
      onRetime: (id, start, end) => this.commands.retime(id, start, end),
      onMake: (start, end) => this.actions.insertAt(start, end),
      onStep: (by) => this.actions.run(by > 0 ? "next" : "previous"),
      onFollow: () => this.actions.run("follow"),
      onProblem: (words) => this.say(words),
      onLeave: () => this.list.node.focus({ preventScroll: true }),
    });
    this.player = this.playback.player;
  }

  #connect() {
    const { model, queue, selection, feed, frame, proposal, panels, list } = this;
    const { signal } = this.#aborter;
    model.addEventListener("rows", (/** @type {RowsEvent} */ { detail }) =>
      this.#rowsChanged(detail),
    );
    model.addEventListener("speakers", () => this.#speakersChanged());
    proposal.addEventListener("change", (/** @type {IdsEvent} */ { detail }) => {
      list.refresh(detail.ids);
      panels.updateSpeakers();
    });
    this.knownVoices.addEventListener("change", () => panels.updateSpeakers());
    this.suggestions.addEventListener("change", (/** @type {IdsEvent} */ { detail }) =>
      this.#suggestionsChanged(detail.ids),
    );
    this.filter.addEventListener("change", () => {
      this.suggestions.endView();
      this.#filterChanged();
    });
    selection.addEventListener("change", (/** @type {IdsEvent} */ { detail }) =>
      this.#selectionChanged(detail.ids),
    );
    queue.addEventListener("answer", (/** @type {AnswerEvent} */ { detail: { edit, answer } }) => {
      feed.merge(answer, edit.id);
      this.actions.answered(edit, answer);
    });
    queue.addEventListener("refused", (/** @type {RefusedEvent} */ { detail: { edit, refusal } }) =>
      this.refuse(edit, refusal),
    );
    frame.head.saved.follow(queue);
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.node.addEventListener("click", (event) => this.#leaveControl(event), { signal });
    this.node.addEventListener("change", (event) => this.#leaveControl(event), { signal });
    this.pointer = new RowPointer(this, signal);
    list.node.addEventListener("scroll", () => this.wordTimes.want(), { signal, passive: true });
    this.playingRow.addEventListener("change", () => frame.showFollowing());
    frame.showFollowing();
    frame.showMeta();
    this.#showHistory(this.view);
  }

  async #load() {
    const { signal } = this.#aborter;
    if (signal.aborted) return;
    this.queue.adopt().forEach((edit) => this.model.applyOptimistically(edit.id, edit.fields));
    this.editing.restoreUndecided();
    this.editing.restoreDraft();
    this.place.restore();
    this.feed.start();
    this.loadDoubts();
    this.words.load(signal).then(() => this.wordTimes.want());
    this.loadFormerSpeakers();
    this.knownVoices.load();
    await this.playback.load();
    if (!signal.aborted) this.wordTimes.want();
  }

  /** Load the doubts of the rows. */
  loadDoubts() {
    const { signal } = this.#aborter;
    getJson(`transcripts/${this.view.id}/doubts`, { signal })
      .then(({ doubts }) => this.model.setDoubts(doubts))
      .catch(() => {});
  }

  /** Load the speakers that rows had before people assigned other ones, once the run is done. */
  loadFormerSpeakers() {
    if (!this.view.is_finished) return;
    const { signal } = this.#aborter;
    getJson(`transcripts/${this.view.id}/former_speakers`, { signal })
      .then(({ former_speakers: former }) => this.model.setFormerSpeakers(former))
      .catch(() => {});
  }

  #rowsChanged({ ids, order }) {
    const former = this.visible.indexOf(this.selection.current);
    this.suggestions.update();
    if (order || this.filter.isOn) {
      this.#applyFilter();
      this.selection.keepOnly((id) => this.model.row(id) !== null, former);
    }
    this.wordTimes.forgetChanged(ids);
    this.conflicts.update(ids);
    this.frame.showRows();
    this.list.refresh(ids);
    this.find.update();
    this.playback.rowsChanged({ isMoved: order });
    this.#sumUp();
    this.wordTimes.want();
  }

  /** Update waveform, facts and panels after the rows are drawn and the server has answered. */
  #sumUp() {
    this.#summing ??= setTimeout(() => {
      this.#summing = null;
      if (this.queue.length > 0 && !this.queue.offline) return this.#sumUp();
      this.playback.lanes.redraw();
      this.playback.detail.redraw();
      this.frame.showMeta();
      this.panels.updateSpeakers();
    }, SUM_UP_MS);
  }

  #speakersChanged() {
    const { panels, playback } = this;
    this.#assignColors();
    this.filter.updateSpeakers();
    this.selectionBar.update();
    panels.updateSpeakers();
    this.list.refresh();
    playback.lanes.redraw();
    playback.refresh();
  }

  #selectionChanged(ids) {
    const { current } = this.selection;
    this.list.node.classList.toggle("ss-selecting", this.selection.size > 1);
    if (this.rows.hasStrips) this.list.refresh(ids);
    for (const id of ids)
      markRow(this.list.nodeOf(id), {
        isCurrent: id === current,
        isSelected: this.selection.has(id),
      });
    if (current === null) this.list.node.removeAttribute("aria-activedescendant");
    else this.list.node.setAttribute("aria-activedescendant", `row-${current}`);
    this.selectionBar.update();
    this.frame.tools.doubts.update();
    this.playback.refresh();
    this.panels.showCurrent();
  }

  #assignColors() {
    this.colorOf = speakerColors(this.model.speakers.map((each) => each.label));
  }

  #filterChanged() {
    this.#applyFilter();
    if (this.selection.current !== null) this.list.reveal(this.selection.current);
    this.wordTimes.want();
  }

  #suggestionsChanged(ids) {
    this.suggestionBar.update();
    this.#applyFilter();
    this.list.refresh(ids);
    this.wordTimes.want();
  }

  /** Filter the rows; the current row stays visible. Viewed suggestions come instead, in their order. */
  #applyFilter() {
    const stays = this.selection?.current;
    if (this.suggestions.isViewed) this.visible = this.suggestions.ids;
    else if (this.filter.isOn)
      this.visible = this.model.order.filter(
        (id) => id === stays || this.filter.passes(this.model.row(id)),
      );
    else this.visible = this.model.order;
    this.list.setKeys(this.visible);
  }

  #estimatedHeight(id, index) {
    const former = this.model.row(this.visible[index - 1]);
    const { text, speaker_id: speaker } = this.model.row(id);
    return estimatedHeight(text, former?.speaker_id !== speaker || index === 0, this.isCompact);
  }

  /** Mark the hits of find and replace in the drawn rows. */
  #markFound() {
    const { list, find, marks } = this;
    const drawn = new Map(
      list.drawnKeys().map((id) => [id, list.nodeOf(id).querySelector(".ss-text")]),
    );
    marks.showFound(drawn, find.words, find.current);
  }

  /** Show a hit; the focus stays in the field. */
  #showFound(id) {
    if (!this.visible.includes(id)) this.filter.clear();
    this.selection.choose(id);
    this.show(id);
  }

  /** Run the action of a key, wherever in the page it is pressed but in fields, menus and dialogs. */
  #key(event) {
    const { target } = event;
    if (!(target instanceof Element) || this.node.offsetParent === null || event.defaultPrevented)
      return;
    if (target.closest(`${FIELDS}, dialog, [role=menu]`) || document.querySelector("dialog[open]"))
      return;
    const key = keyOf(event);
    const control = target.closest("button, a, summary, [role=slider], [role=tab]");
    if (key === "" || (control !== null && KEYS_OF_CONTROLS.has(key))) return;
    if (this.actions.press(key)) event.preventDefault();
  }

  /**
   * Focus the list after a press on a control, so that keys such as Space do not work it again. A press
   * that opened a panel and focused its tab leaves the focus there.
   */
  #leaveControl(event) {
    const { target } = event;
    const isPress = event.type === "change" ? target.matches("select") : event.detail > 0;
    const { activeElement } = document;
    const isOpen =
      target.closest("[role=menu]") === null
        ? target.closest(`details, dialog, [aria-haspopup], ${FIELDS}`)
        : !activeElement?.matches("[aria-haspopup=menu]"); // of a closed menu, which has the focus
    const isSentToTab = activeElement?.matches("[role=tab]") && !activeElement.contains(target);
    if (isSentToTab || (isOpen && event.type === "click")) return;
    if (isPress && activeElement?.matches("button, select")) this.focusList();
  }

  #showHistory(answer) {
    this.frame.showHistory(answer);
    this.panels.historyChanged();
  }
}
