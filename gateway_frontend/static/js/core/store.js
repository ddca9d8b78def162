/** A small keyed store in IndexedDB, one per person, for the outbox. */

const TABLE = "unsent";

/**
 * Each of put, remove and all rejects where the browser keeps nothing (private windows, full disks).
 *
 * @param {string | number} userId
 */
export function openStore(userId) {
  /** @type {Promise<IDBDatabase> | null} */
  let opening = null;
  const open = () => (opening ??= openDatabase(`parley-${userId}`));
  return {
    /** @param {OutboxItem} item */
    async put(item) {
      await run(await open(), "readwrite", (table) => table.put(item));
    },
    /** @param {string} clientId */
    async remove(clientId) {
      await run(await open(), "readwrite", (table) => table.delete(clientId));
    },
    /** @returns {Promise<OutboxItem[]>} */
    async all() {
      return run(await open(), "readonly", (table) => table.getAll());
    },
  };
}

/**
 * Resolves also where it cannot be deleted: logging out must not fail because of it.
 *
 * @param {string | number} userId
 */
export function deleteStore(userId) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(`parley-${userId}`);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}

/**
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(TABLE, { keyPath: "client_id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBDatabase} database
 * @param {IDBTransactionMode} mode
 * @param {(table: IDBObjectStore) => IDBRequest} action
 * @returns {Promise<any>}
 */
function run(database, mode, action) {
  return new Promise((resolve, reject) => {
    // "strict": what was typed is on the disk before it counts as kept.
    const transaction = database.transaction(TABLE, mode, { durability: "strict" });
    const request = action(transaction.objectStore(TABLE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
