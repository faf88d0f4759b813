// The panels beside the rows, one of them open: speakers, speaker map, history.

/**
 * @import { TranscriptEditor } from "./editor.js"
 */

import { el } from "../components/dom.js";
import { HistoryPanel } from "./history/history_panel.js";
import { ProposalPanel } from "./speakers/proposal_panel.js";
import { SpeakerMap } from "./speakers/speaker_map.js";
import { SpeakerPanel } from "./speakers/speaker_panel.js";

export class SidePanels {
  /** @param {TranscriptEditor} editor */
  constructor(editor) {
    const { t, view, model, proposal, selection, commands, lookOf, nameOf } = editor;
    this.people = new SpeakerPanel({
      model,
      t,
      lookOf,
      nameOf,
      onRename: (id, name) => commands.renameSpeaker(id, name),
      onMerge: (from, into) => commands.mergeSpeakers(from, into),
      onSample: (id) => editor.actions.playSample(id),
      onSkip: (id, skipped) => (skipped ? editor.skipped.add(id) : editor.skipped.delete(id)),
      isSkipped: (id) => editor.skipped.has(id),
      onFilter: (id) => editor.filter.showSpeaker(id),
    });
    this.history = new HistoryPanel({
      transcriptId: view.id,
      t,
      currentId: () => selection.current,
      nameOf,
      onGoTo: (id) => commands.goTo(id),
      onNameVersion: (name) => editor.actions.nameVersion(name),
    });
    this.proposals = new ProposalPanel({
      proposal,
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
      t,
      lookOf,
      nameOf,
      proposal,
      below: this.proposals.node,
      onPoint: (id, start, end) => {
        if (id !== null) editor.go(id, { play: false });
        editor.player.playSegment(start, end);
      },
      onChosen: (ids) => selection.replace(ids),
      isEarly: () => editor.liveTranscript.isOn,
    });
    this.named = { people: this.people, map: this.map, history: this.history };
    this.tabs = Object.keys(this.named).map((name) =>
      el("button", {
        class: "ss-tab",
        type: "button",
        role: "tab",
        "aria-selected": "false",
        text: t(`review.${name}`),
        dataset: { panel: name },
        on: { click: () => this.open(name), keydown: (event) => this.#moveTab(event, name) },
      }),
    );
    this.node = el(
      "aside",
      { class: "ss-side" },
      el("div", { class: "ss-tabs", role: "tablist" }, ...this.tabs),
      ...Object.values(this.named).map((each) => each.node),
    );
  }

  dispose() {
    this.map.dispose();
  }

  open(name) {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-selected", String(tab.dataset.panel === name));
      tab.tabIndex = tab.dataset.panel === name ? 0 : -1;
    }
    for (const [key, panel] of Object.entries(this.named)) panel.node.hidden = key !== name;
    this.named[name].update();
  }

  /** Move between the tabs with the arrow keys. */
  #moveTab(event, name) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const names = Object.keys(this.named);
    const next = names[(names.indexOf(name) + by + names.length) % names.length];
    this.open(next);
    this.tabs.find((tab) => tab.dataset.panel === next).focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
