// The panel beside the transcript, with tabs; the rail that opens it where the window is not wide; and
// the tabs that a narrow window shows below the head.

/**
 * @import { TranscriptEditor } from "../editor.js"
 */

import { el, icon } from "../../components/dom.js";
import { HistoryPanel } from "../history/history_panel.js";
import { ReviewFigures } from "../history/review_figures.js";
import { PanelLayout, PANELS } from "./panel_layout.js";
import { ProposalPanel } from "../speakers/proposal_panel.js";
import { SpeakerMap } from "../speakers/map/speaker_map.js";
import { SpeakerPanel } from "../speakers/speaker_panel.js";
import { SpeakerRail } from "../speakers/speaker_rail.js";

const VIEWS = ["text", ...PANELS]; // of a narrow window

export class SidePanels {
  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    const { t, view, model, proposal, selection, commands, knownVoices, lookOf, nameOf } = editor;
    this.editor = editor;
    this.layout = new PanelLayout();
    this.people = new SpeakerPanel({
      model,
      knownVoices,
      t,
      lookOf,
      nameOf,
      readOnly: editor.readOnly,
      onRename: (id, name) => commands.renameSpeaker(id, name),
      onMerge: (from, into) => commands.mergeSpeakers(from, into),
      onSample: (id) => editor.actions.playSample(id),
      onSkip: (id, skipped) => (skipped ? editor.skipped.add(id) : editor.skipped.delete(id)),
      isSkipped: (id) => editor.skipped.has(id),
      onFilter: (id) => editor.filter.showSpeaker(id),
      onLeave: () => editor.focusList(),
    });
    this.history = new HistoryPanel({
      transcriptId: view.id,
      t,
      currentId: () => selection.current,
      nameOf,
      isShown: () => this.shows("history"),
      onGoTo: (id) => commands.goTo(id),
      onNameVersion: (name) => editor.actions.nameVersion(name),
    });
    this.quality = new ReviewFigures({
      transcriptId: view.id,
      t,
      isShown: () => this.shows("quality"),
    });
    this.proposals = new ProposalPanel({
      proposal,
      model,
      t,
      lookOf,
      nameOf,
      onShow: (ids) => {
        editor.filter.clear();
        selection.replace(ids);
        editor.show(ids[0]);
      },
    });
    this.map = new SpeakerMap({
      transcriptId: view.id,
      model,
      selection,
      t,
      lookOf,
      nameOf,
      proposal,
      below: this.proposals.node,
      corner: this.proposals.button,
      onPoint: (id, start, end) => {
        if (id !== null) editor.go(id, { play: false });
        editor.player.playSegment(start, end);
      },
      onChosen: (ids) => selection.replace(ids),
      onAssign: (ids, speaker) => commands.assignSpeaker(ids, speaker),
      onExpand: () => this.#expand(),
      isEarly: () => editor.liveTranscript.isOn,
      isShown: () => this.shows("people"),
    });
    this.bodies = {
      people: this.#body(
        "people",
        t("review.speakers"),
        el("div", { class: "ss-people-side" }, this.people.node, this.map.picked.node),
        this.map.node,
      ),
      history: this.#body("history", t("review.history"), this.history.node),
      quality: this.#body("quality", t("figures.title"), this.quality.node),
    };
    this.tabs = tabList(PANELS, {
      kind: "panel",
      label: t("panel.label"),
      wordsOf: (name) => t(`panel.${name}`),
      onOpen: (name) => this.open(name),
    });
    this.views = tabList(VIEWS, {
      kind: "view",
      label: t("panel.views"),
      wordsOf: (name) => t(name === "people" ? "panel.people_map" : `panel.${name}`),
      onOpen: (name) => (name === "text" ? this.layout.fold() : this.open(name)),
    });
    this.views.classList.add("ss-views");
    this.rail = new SpeakerRail({
      model,
      t,
      lookOf,
      nameOf,
      onOpen: (name) => this.#openFromRail(name),
      onSpeaker: (id) => {
        this.open("people");
        this.people.focus(id);
      },
      onMap: () => {
        this.#openFromRail("people");
        this.map.node.scrollIntoView({ block: "end" });
      },
    });
    this.node = el(
      "aside",
      {
        class: "ss-side",
        "aria-label": t("panel.label"),
        on: { keydown: (event) => this.#key(event) },
      },
      el("div", { class: "ss-side-head" }, this.tabs, this.#foldButton()),
      ...Object.values(this.bodies),
    );
  }

  /** Show the panel that the window's width and the user's choice ask for. */
  start() {
    this.layout.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  dispose() {
    this.layout.dispose();
    this.map.dispose();
  }

  /** @param {import("./panel_layout.js").PanelName} name */
  open(name) {
    this.layout.open(name);
  }

  /** Return whether a panel is on screen. */
  shows(name) {
    return this.layout.shown === name;
  }

  /** Update the parts that list speakers. */
  updateSpeakers() {
    this.rail.update();
    if (!this.shows("people")) return;
    this.people.update();
    this.map.update();
    this.proposals.update();
  }

  /** Update after a change of the current row. */
  showCurrent() {
    if (this.shows("history")) this.history.showCurrent();
    if (this.shows("people")) this.map.showCurrent();
  }

  /** Update after an edit was stored. */
  historyChanged() {
    if (this.shows("history")) this.history.update();
  }

  #openFromRail(name) {
    this.open(name);
    focusTab(this.tabs, "panel", name);
  }

  #body(name, label, ...parts) {
    return el(
      "section",
      {
        class: `ss-panel ss-panel-${name}`,
        role: "tabpanel",
        "aria-label": label,
        hidden: true,
      },
      ...parts,
    );
  }

  #foldButton() {
    const words = this.editor.t("panel.fold");
    return el(
      "button",
      {
        class: "ss-icon-button",
        type: "button",
        title: words,
        "aria-label": words,
        dataset: { control: "fold-panel" },
        on: { click: () => this.#fold() },
      },
      icon("panel-right"),
    );
  }

  /** Give the map most of the window, or its own place again. */
  #expand(isExpanded = !this.node.classList.contains("ss-expanded")) {
    this.node.classList.toggle("ss-expanded", isExpanded);
    this.map.showExpanded(isExpanded);
  }

  /** Give the expanded map its own place again; return whether it was expanded. */
  collapseMap() {
    const wasExpanded = this.node.classList.contains("ss-expanded");
    if (wasExpanded) this.#expand(false);
    return wasExpanded;
  }

  #fold() {
    this.#expand(false);
    this.layout.fold();
    this.rail.focus();
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (!this.collapseMap()) {
      if (!this.layout.isOver) return;
      this.#fold();
    }
    event.stopPropagation();
  }

  #apply() {
    const { shown, tab } = this.layout;
    const { dataset } = this.editor.frame.node;
    dataset.panel = shown === null ? "folded" : "open";
    dataset.view = shown ?? "text";
    mark(this.tabs, tab);
    mark(this.views, shown ?? "text");
    for (const [name, body] of Object.entries(this.bodies)) body.hidden = name !== shown;
    this.updateSpeakers();
    if (shown !== "people") this.#expand(false);
    if (shown === "history") this.history.update();
    if (shown === "quality") this.quality.update();
  }
}

/**
 * Return a list of tabs between which the arrow keys move.
 * @param {string[]} names
 * @param {{kind: string, label: string, wordsOf: (name: string) => string, onOpen: (name: any) => void}} options
 *   kind: data attribute of each tab that holds its name
 */
function tabList(names, { kind, label, wordsOf, onOpen }) {
  const list = el("div", {
    class: "ss-tabs",
    role: "tablist",
    "aria-label": label,
    on: {
      keydown: (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        const from = names.indexOf(event.target.dataset[kind]);
        const next = names[(from + by + names.length) % names.length];
        onOpen(next);
        focusTab(list, kind, next);
      },
    },
  });
  list.append(
    ...names.map((name) =>
      el("button", {
        class: "ss-tab",
        type: "button",
        role: "tab",
        text: wordsOf(name),
        dataset: { [kind]: name },
        on: { click: () => onOpen(name) },
      }),
    ),
  );
  return list;
}

/** @param {HTMLElement} list */
function focusTab(list, kind, name) {
  const tab = /** @type {HTMLElement} */ (list.querySelector(`[data-${kind}=${name}]`));
  tab.focus();
}

function mark(list, chosen) {
  for (const tab of list.children) {
    const isChosen = Object.values(tab.dataset).includes(chosen);
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  }
}
