// Takes and chosen files that are not transcribed yet, in this browser's IndexedDB, so that neither
// a reload nor a change of language loses them.

const NAME = "speaker-studio";
const TABLE = "unsent";

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener("upgradeneeded", () =>
      request.result.createObjectStore(TABLE, { keyPath: "id" }),
    );
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(table: IDBObjectStore) => IDBRequest} act
 * @returns {Promise<any>} the result; null if the browser stores nothing, as in a private window
 */
async function run(mode, act) {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode);
      const request = act(transaction.objectStore(TABLE));
      transaction.addEventListener("complete", () => {
        database.close();
        resolve(request.result);
      });
      transaction.addEventListener("abort", () => reject(transaction.error));
    });
  } catch (error) {
    console.warn(error);
    return null;
  }
}

/** @param {{id: string, [name: string]: any}} entry replaces the stored entry with this id */
export const putUnsent = (entry) => run("readwrite", (table) => table.put(entry));

/** @param {string} id */
export const deleteUnsent = (id) => run("readwrite", (table) => table.delete(id));

/** @returns {Promise<any[]>} */
export const allUnsent = async () => (await run("readonly", (table) => table.getAll())) ?? [];
