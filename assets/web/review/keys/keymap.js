// The keys of the actions; changes are stored in this browser.

import { readStorage, writeStorage } from "../../api/browser_storage.js";

const STORED = "speaker-studio:keys";

// Mod is Ctrl, on a Mac also Command. The order is that of the help.
export const DEFAULT_KEYS = {
  play: "Space",
  play_on: "Shift+Space",
  skip_back: "ArrowLeft",
  skip_forward: "ArrowRight",
  next: "ArrowDown",
  previous: "ArrowUp",
  extend_down: "Shift+ArrowDown",
  extend_up: "Shift+ArrowUp",
  select_all: "Mod+a",
  edit: "Enter",
  verify: "v",
  verify_edit: "Mod+Enter",
  first_open: "g",
  reject: "x",
  reopen: "o",
  doubt_next: "n",
  doubt_previous: "Shift+n",
  take_proposed: "y",
  drop_proposed: "Shift+y",
  flag: "f",
  unflag: "Shift+f",
  merge_next: "m",
  split: "s",
  insert: "i",
  delete: "Delete",
  start_earlier: "[",
  start_later: "]",
  end_earlier: "Shift+[",
  end_later: "Shift+]",
  speaker_menu: "p",
  new_speaker: "0",
  slower: ",",
  faster: ".",
  follow: "l",
  undo: "Mod+z",
  redo: "Mod+Shift+z",
  find: "Mod+f",
  history: "h",
  help: "?",
  leave: "Escape",
};

/** Return a key press as text, such as "Mod+Shift+z"; "" while an input method composes. */
export function keyOf(event) {
  if (event.isComposing || event.keyCode === 229) return "";
  const { key } = event;
  if (["Shift", "Control", "Alt", "Meta"].includes(key)) return "";
  const name = key === " " ? "Space" : key.length === 1 ? key.toLowerCase() : key;
  // A character that needs Shift, such as "?", has no "Shift+"; brackets go by their physical key.
  const bracket = { BracketLeft: "[", BracketRight: "]" }[event.code];
  const plain = bracket ?? name;
  const withShift =
    event.shiftKey && (plain.length > 1 || bracket !== undefined || /[a-z]/.test(plain));
  return [
    event.ctrlKey || event.metaKey ? "Mod" : null,
    event.altKey ? "Alt" : null,
    withShift ? "Shift" : null,
    plain,
  ]
    .filter(Boolean)
    .join("+");
}

export class Keymap {
  #keys = { ...DEFAULT_KEYS };
  #actions = new Map();

  constructor() {
    for (const [action, key] of Object.entries(readStorage(STORED) ?? {}))
      if (action in DEFAULT_KEYS && typeof key === "string") this.#keys[action] = key;
    this.#index();
  }

  get actions() {
    return Object.keys(DEFAULT_KEYS);
  }
  keyFor(action) {
    return this.#keys[action];
  }
  actionFor(key) {
    return key === "Mod+y" ? "redo" : (this.#actions.get(key) ?? null);
  }

  /** Set the key of an action; an action that had this key gets the former one. */
  change(action, key) {
    const holder = this.#actions.get(key);
    if (holder !== undefined && holder !== action) this.#keys[holder] = this.#keys[action];
    this.#keys[action] = key;
    this.#store();
  }

  reset() {
    this.#keys = { ...DEFAULT_KEYS };
    this.#store();
  }

  #store() {
    this.#index();
    const changed = Object.entries(this.#keys).filter(
      ([action, key]) => DEFAULT_KEYS[action] !== key,
    );
    writeStorage(STORED, Object.fromEntries(changed));
  }

  #index() {
    this.#actions = new Map(Object.entries(this.#keys).map(([action, key]) => [key, action]));
  }
}

const SIGNS = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  Escape: "Esc",
  Delete: "Del",
  Mod: navigator.platform?.startsWith("Mac") ? "⌘" : "Ctrl",
  Space: "␣",
};

/** Return a key as shown on the page. */
export function shownKey(key) {
  return key
    .split("+")
    .map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}
