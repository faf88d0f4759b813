// State that the components share: the list of recordings and the open one.

/**
 * @import { Recording } from "./payloads.d.ts"
 */

import { RecordingList } from "./recording_list.js";
import { getJson, Refused, send } from "./server.js";

const BUSY_POLL_MS = 400;
const IDLE_POLL_MS = 15_000;
const RETRY_MS = 2_000;
const ACTIVE = new Set(["queued", "running"]);

class Session extends EventTarget {
  openId = null;
  sentence = null; // {id, start_ms} of the sentence to show, until the workspace has shown it
  offline = false;
  startedRuns = new Set(); // ids of the runs that this page has started
  comparison = null; // {recordingId, first, second} of the transcripts that are compared
  comparedRuns = new Map(); // id of a run that this page has started → transcript to compare
  #list = new RecordingList();
  #chosen = new Map(); // recording id → transcript shown on this page alone
  #timer = 0;
  #loading = false;
  #loadAgain = false;
  #started = false;

  /** Start; later calls do nothing. */
  start() {
    if (this.#started) return;
    this.#started = true;
    this.openId = this.#idInAddress();
    window.addEventListener("hashchange", () => this.#openFromAddress());
    window.addEventListener("focus", () => this.refresh());
    this.refresh();
  }

  /** The recordings, the newest first; null until the first answer. */
  get recordings() {
    return this.#list.all;
  }

  get opened() {
    return this.recordings?.find((each) => each.id === this.openId) ?? null;
  }

  /**
   * Return the id of the transcript to show: the one chosen on this page, else the preferred one.
   * @param {Pick<Recording, "id"|"transcript_id">} recording
   */
  transcriptOf(recording) {
    return this.#chosen.get(recording.id) ?? recording.transcript_id;
  }

  /** Show a transcript of a recording on this page; nobody else sees another. */
  show(recordingId, transcriptId) {
    this.#chosen.set(recordingId, transcriptId);
    this.#changed("open");
  }

  /** Make a transcript the one that everybody is shown at first, and show it on this page. */
  async prefer(recordingId, transcriptId) {
    await send("POST", `transcripts/${transcriptId}/choose`).catch(() => {});
    this.#chosen.delete(recordingId);
    await this.refresh();
  }

  /**
   * @param {string|null} id
   * @param {{id: string, start_ms: number}|null} sentence shown once the transcript is open
   */
  open(id, sentence = null) {
    this.sentence = sentence;
    const isLeaving = this.comparison !== null;
    this.comparison = null;
    if (id === this.openId)
      return sentence === null && !isLeaving ? undefined : this.#changed("open");
    this.openId = id;
    // The address of another page stays while that page is shown.
    if (/^$|^#recording=/.test(window.location.hash)) this.writeAddress();
    return this.#changed("open");
  }

  /** Show two transcripts of a recording side by side, until something else is opened. */
  compare(recordingId, first, second) {
    this.open(recordingId);
    this.comparison = { recordingId, first, second };
    this.#changed("open");
  }

  /** Make the address that of the open recording. */
  writeAddress() {
    const address = this.openId === null ? "#" : `#recording=${encodeURIComponent(this.openId)}`;
    if (window.location.hash !== address) history.replaceState(null, "", address);
  }

  /** Take the sentence to show; null if there is none. */
  takeSentence() {
    const { sentence } = this;
    this.sentence = null;
    return sentence;
  }

  /** Load the list now; one request at a time, so that answers arrive in order. */
  async refresh() {
    if (this.#loading) {
      this.#loadAgain = true;
      return;
    }
    this.#loading = true;
    clearTimeout(this.#timer);
    let wait = IDLE_POLL_MS;
    try {
      const isFirst = this.recordings === null;
      this.#list.apply(await getJson(this.#list.path));
      this.offline = false;
      if (isFirst && this.openId === null)
        this.open(this.recordings.find((each) => each.transcript_id)?.id ?? null);
      if (this.recordings.some((each) => ACTIVE.has(each.run?.state))) wait = BUSY_POLL_MS;
    } catch (error) {
      this.offline = !(error instanceof Refused);
      wait = RETRY_MS;
    }
    this.#loading = false;
    this.#changed("recordings");
    if (this.#loadAgain) {
      this.#loadAgain = false;
      this.refresh();
      return;
    }
    this.#timer = setTimeout(() => this.refresh(), wait);
  }

  #changed(what) {
    this.dispatchEvent(new Event(what));
  }

  /** Open the recording of the address; for the address of another page keep the open one. */
  #openFromAddress() {
    const id = this.#idInAddress();
    if (id !== null) this.open(id);
  }

  #idInAddress() {
    const match = window.location.hash.match(/^#recording=([\w-]+)$/);
    return match ? match[1] : null;
  }
}

export const session = new Session();
