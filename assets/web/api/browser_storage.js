// What this browser keeps of a page, as JSON. Without storage (a private window, a full disk) things live as long as the page.

/** @returns what was readStorage, or null where there is nothing, or nothing that can be read */
export function readStorage(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/**
 * @param value null lets it go
 * @returns {boolean} whether the browser has it now
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
