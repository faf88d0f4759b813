// The files and takes of a new transcription: uploaded one after another, inspected, started.

/**
 * @import { Translate } from "../../types.d.ts"
 */

import { refusalText } from "../../api/error_text.js";
import { uploadFile } from "../../api/file_upload.js";
import { Refused, sendJson } from "../../api/server.js";
import { allUnsent, deleteUnsent, putUnsent } from "../../api/unsent_store.js";
import { loadVisit } from "../../api/visit.js";

const BYTES_PER_MB = 1 << 20;
const MS_PER_HOUR = 3_600_000;
const LONGEST_KEEP_PAUSE_MS = 300_000; // between extensions of the uploads' expiry
const FORGET_MS = 24 * MS_PER_HOUR; // age at which files of closed tabs are forgotten
const TAB = "speaker-studio:tab";
const STATUS_GONE = 410;

/**
 * @typedef {Object} Unsent
 * @property {string} id
 * @property {number} added_at
 * @property {boolean} isTake
 * @property {string} name file name
 * @property {string} title title of the recording
 * @property {number} size bytes
 * @property {Blob|null} blob null after a reload
 * @property {string|null} path of the upload on the server
 * @property {"waiting"|"uploading"|"checking"|"ready"|"failed"} state
 * @property {number} progress share that is uploaded
 * @property {string} problem
 * @property {number|null} length_ms
 * @property {number} num_tracks
 * @property {string} track
 * @property {{id: string, title: string}|null} known recording with the same content
 * @property {boolean} isSame whether a transcript with the same options exists
 * @property {AbortController} aborter
 */

/** Return this tab's name, which outlives reloads. */
function tabName() {
  const name = sessionStorage.getItem(TAB) ?? crypto.randomUUID?.() ?? String(Math.random());
  sessionStorage.setItem(TAB, name);
  return name;
}

/** Return a file's name without its extension. */
export function stemOf(name) {
  return name.replace(/(?<=.)\.[^.]*$/, "");
}

/** Fires "change" after any change of the list. */
export class UnsentFiles extends EventTarget {
  /** @type {Unsent[]} */
  entries = [];
  #uploads = Promise.resolve();
  #limits = loadVisit().then(
    (visit) => visit.limits,
    () => null,
  );

  /** @param {Translate} t */
  constructor(t) {
    super();
    this.t = t;
  }

  /** Restore what was chosen before a reload, and keep the uploads from expiring. */
  async start() {
    const keep = () => {
      const paths = this.entries.flatMap((each) => each.path ?? []);
      if (paths.length > 0) sendJson("POST", "uploads/keep", { paths }).catch(() => {});
    };
    const limits = await this.#limits;
    const expiryMs = (limits?.upload_hours ?? 1) * MS_PER_HOUR;
    setInterval(keep, Math.min(LONGEST_KEEP_PAUSE_MS, expiryMs / 4));
    const tab = tabName();
    const all = await allUnsent();
    for (const stored of all.sort((a, b) => a.added_at - b.added_at)) {
      if (stored.isTake || stored.tab === tab) this.#restore(stored);
      else if (Date.now() - stored.added_at > FORGET_MS) deleteUnsent(stored.id);
    }
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of [...files]) this.#add(file, { name: file.name, title: stemOf(file.name) });
  }

  /**
   * Add a take of the microphone, which is kept in this browser until it is sent or removed.
   * @param {{blob: Blob, length_ms: number}} take
   * @param {string} title
   */
  addTake({ blob, length_ms: lengthMs }, title) {
    const extension = blob.type.includes("mp4")
      ? "m4a"
      : blob.type.includes("ogg")
        ? "ogg"
        : "webm";
    return this.#add(blob, {
      name: `${title}.${extension}`,
      title,
      isTake: true,
      length_ms: lengthMs,
    });
  }

  /** Store the files whose upload is not complete, before the page reloads. */
  async keepAll() {
    await Promise.all(this.entries.map((each) => this.#store(each, { whole: true })));
  }

  remove(entry) {
    entry.aborter.abort();
    this.entries = this.entries.filter((each) => each !== entry);
    deleteUnsent(entry.id);
    if (entry.path) sendJson("POST", "uploads/discard", { path: entry.path }).catch(() => {});
    this.#changed();
  }

  /** Wait until every upload is complete or has failed. */
  async settled() {
    let last;
    do {
      last = this.#uploads;
      await last;
    } while (last !== this.#uploads);
  }

  /**
   * Start all entries that can be started, in their order.
   * @param {{language: string, speakers: string, hotwords: string}} options
   * @returns {Promise<{recording_id: string, run_id: string}[]>} the started transcriptions
   */
  async startAll(options) {
    await this.settled();
    const started = [];
    for (const entry of [...this.entries]) {
      if (entry.state !== "ready") continue;
      const ticket = await this.#startOne(entry, options);
      if (ticket === null) continue;
      if (ticket.is_new) {
        started.push(ticket);
        this.entries = this.entries.filter((each) => each !== entry);
        deleteUnsent(entry.id);
      } else {
        entry.known = { id: ticket.recording_id, title: ticket.title };
        entry.isSame = true;
      }
      this.#changed();
    }
    return started;
  }

  async #startOne(entry, options) {
    entry.problem = "";
    try {
      const { path, title, track } = entry;
      return await sendJson("POST", "transcriptions", { ...options, path, title, track });
    } catch (error) {
      this.#fail(entry, error);
      if (!(error instanceof Refused) || error.status !== STATUS_GONE) entry.state = "ready";
      return null;
    }
  }

  #add(blob, facts) {
    const entry = this.#entry({ size: blob.size, blob, ...facts });
    this.entries.push(entry);
    this.#store(entry);
    this.#changed();
    this.#queue(entry);
    return entry;
  }

  #restore(stored) {
    const entry = this.#entry(stored);
    this.entries.push(entry);
    this.#changed();
    this.#queue(entry);
  }

  /** @returns {Unsent} */
  #entry(facts) {
    return {
      id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
      added_at: Date.now() + this.entries.length, // distinct, so that they keep their order
      isTake: false,
      path: null,
      length_ms: null,
      num_tracks: 1,
      track: "auto",
      known: null,
      ...facts,
      isSame: false,
      state: "waiting",
      progress: 0,
      problem: "",
      aborter: new AbortController(),
    };
  }

  #queue(entry) {
    this.#uploads = this.#uploads.then(() => this.#process(entry));
  }

  async #process(entry) {
    const limitMb = (await this.#limits)?.file_mb ?? Infinity; // the server checks it too
    if (!this.entries.includes(entry)) return;
    try {
      if (entry.size > limitMb * BYTES_PER_MB) {
        const size = String(Math.ceil(entry.size / BYTES_PER_MB));
        throw new Refused(413, "limit", {
          key: "limit.file",
          values: { size, limit: String(limitMb) },
        });
      }
      if (entry.path === null) await this.#upload(entry);
      entry.state = "checking";
      this.#changed();
      const seen = await this.#look(entry);
      if (seen.problem) throw new Refused(200, "refused", seen.problem);
      Object.assign(entry, { ...seen, length_ms: seen.length_ms ?? entry.length_ms });
      entry.state = "ready";
      this.#store(entry);
    } catch (error) {
      this.#fail(entry, error);
    }
    this.#changed();
  }

  async #upload(entry) {
    entry.state = "uploading";
    this.#changed();
    entry.path = await uploadFile(entry.blob, entry.name, {
      signal: entry.aborter.signal,
      onProgress: (fraction) => {
        entry.progress = fraction;
        this.#changed();
      },
    });
  }

  /** Inspect an upload; upload it once more if it has expired and its content is at hand. */
  async #look(entry) {
    try {
      return await sendJson("POST", "uploads/look", { path: entry.path });
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== STATUS_GONE || entry.blob === null)
        throw error;
      await this.#upload(entry);
      return sendJson("POST", "uploads/look", { path: entry.path });
    }
  }

  #fail(entry, error) {
    if (entry.aborter.signal.aborted) return;
    entry.state = "failed";
    entry.problem =
      error instanceof Refused && (error.body.key || error.body.message)
        ? refusalText(error, this.t)
        : this.t("new.upload_failed");
    this.#changed();
  }

  /** Store an entry: a take with its content, a file by its upload, or whole if that is asked. */
  async #store(entry, { whole = false } = {}) {
    const { id, added_at, isTake, name, title, size, path, length_ms, blob } = entry;
    const facts = { id, added_at, isTake, name, title, size, path, length_ms };
    if (!isTake && path === null && !whole) return;
    const content = isTake || (whole && path === null) ? blob : null;
    await putUnsent({ ...facts, blob: content, tab: tabName() });
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
