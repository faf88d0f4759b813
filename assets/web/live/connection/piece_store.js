// Live recordings in this browser's IndexedDB: what the server may not have yet, and what is needed
// to go on after a reload.

/**
 * @import { Piece } from "./frames.js"
 */

import { endOf } from "./frames.js";

const NAME = "speaker-studio-live";
const VERSION = 1;
const PIECES = "pieces";
const SESSIONS = "sessions";

/**
 * A recording that has not ended.
 * @typedef {Object} StoredSession
 * @property {string} key made by this browser
 * @property {string|null} session id that the server gave, null until it answered
 * @property {string|null} token
 * @property {string|null} recording_id
 * @property {object} options of the recognition, with the title
 * @property {number} started_ms time of day
 * @property {boolean} is_stopped whether the person has ended it
 */

/** @template Result @param {IDBRequest<Result>} request @returns {Promise<Result>} */
const resultOf = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
const completed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(transaction.error));
  });

export class PieceStore {
  #database = null;

  /** @param {StoredSession} session replaces the stored one */
  async putSession(session) {
    const { transaction, table } = await this.#begin(SESSIONS, "readwrite");
    table.put(session);
    await completed(transaction);
  }

  /** @returns {Promise<StoredSession[]>} */
  async sessions() {
    const { table } = await this.#begin(SESSIONS, "readonly");
    return resultOf(table.getAll());
  }

  /** Delete a session and its pieces. */
  async deleteSession(key) {
    const sessions = await this.#begin(SESSIONS, "readwrite");
    sessions.table.delete(key);
    await completed(sessions.transaction);
    const pieces = await this.#begin(PIECES, "readwrite");
    pieces.table.delete(IDBKeyRange.bound([key, 0], [key, Infinity]));
    await completed(pieces.transaction);
  }

  /** @param {string} key @param {Piece[]} pieces */
  async put(key, pieces) {
    const { transaction, table } = await this.#begin(PIECES, "readwrite");
    for (const piece of pieces) table.put({ ...piece, key });
    await completed(transaction);
  }

  /**
   * Return the piece with a sample and those after it.
   * @param {string} key
   * @param {number} from
   * @param {number} [limit] of the pieces after it; all without one
   * @returns {Promise<Piece[]>}
   */
  async read(key, from, limit) {
    const { table } = await this.#begin(PIECES, "readonly");
    const before = table.openCursor(IDBKeyRange.bound([key, 0], [key, from]), "prev");
    const after = table.getAll(IDBKeyRange.bound([key, from], [key, Infinity], true), limit);
    const [cursor, later] = await Promise.all([resultOf(before), resultOf(after)]);
    const holding = cursor?.value;
    return holding && endOf(holding) > from ? [holding, ...later] : later;
  }

  /** Return where a recording ends, which is known also when no piece is left; 0 without any. */
  async endOfSession(key) {
    const { table } = await this.#begin(PIECES, "readonly");
    const newest = table.openCursor(IDBKeyRange.bound([key, 0], [key, Infinity]), "prev");
    const found = (await resultOf(newest))?.value;
    return found ? endOf(found) : 0;
  }

  /** Delete the pieces that end by a sample; an empty piece marks the end if none is left. */
  async forget(key, sample) {
    const { transaction, table } = await this.#begin(PIECES, "readwrite");
    const all = table.openCursor(IDBKeyRange.bound([key, 0], [key, Infinity]));
    all.addEventListener("success", () => {
      const cursor = all.result;
      if (cursor === null) table.put({ key, first: sample, count: 0, samples: null });
      else if (endOf(cursor.value) <= sample) {
        cursor.delete();
        cursor.continue();
      }
    });
    await completed(transaction);
  }

  async #begin(name, mode) {
    this.#database ??= open();
    const database = await this.#database.catch((error) => {
      this.#database = null;
      throw error;
    });
    const transaction = database.transaction(name, mode);
    return { transaction, table: transaction.objectStore(name) };
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open(NAME, VERSION);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore(PIECES, { keyPath: ["key", "first"] });
    request.result.createObjectStore(SESSIONS, { keyPath: "key" });
  });
  return resultOf(request);
}
