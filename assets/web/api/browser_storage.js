// Values in the browser's storage, as JSON. Without storage (a private window, a full disk) they are
// lost with the page.

/** @returns the stored value, or null if there is none or it cannot be read */
export function readStorage(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/**
 * @param value null deletes the entry
 * @returns {boolean} whether the value was stored
 */
export function writeStorage(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function storedKeys(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}
