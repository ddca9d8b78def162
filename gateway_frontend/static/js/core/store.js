/** A small keyed store in IndexedDB, one per person, for the outbox. */

const TABLE = "unsent";

/** → {put, remove, all}; each rejects where the browser keeps nothing (private windows, full disks). */
export function openStore(userId) {
  let opening = null;
  const open = () => (opening ??= openDatabase(`parley-${userId}`));
  return {
    async put(item) {
      await run(await open(), "readwrite", (table) => table.put(item));
    },
    async remove(clientId) {
      await run(await open(), "readwrite", (table) => table.delete(clientId));
    },
    async all() {
      return run(await open(), "readonly", (table) => table.getAll());
    },
  };
}

/** Resolves also where it cannot be deleted: logging out must not fail because of it. */
export function deleteStore(userId) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(`parley-${userId}`);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}

function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(TABLE, { keyPath: "client_id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

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
