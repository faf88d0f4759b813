import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { DEFAULT_KEYS, Keymap, keyOf, shownKey } from "../../../assets/web/review/keys/keymap.js";
import { installBrowser } from "../support/browser.js";

const STORED = "speaker-studio:keys";

const press = (key, { shift = false, ctrl = false, meta = false, alt = false, ...rest } = {}) =>
  keyOf({ key, shiftKey: shift, ctrlKey: ctrl, metaKey: meta, altKey: alt, code: "", ...rest });

describe("keyOf", () => {
  for (const [expected, event] of [
    ["v", press("v")],
    ["v", press("V")], // caps lock
    ["Shift+n", press("N", { shift: true })],
    ["Mod+Shift+z", press("Z", { ctrl: true, shift: true })],
    ["Mod+z", press("z", { meta: true })],
    ["Alt+3", press("3", { alt: true })],
    ["Space", press(" ")],
    ["Shift+Space", press(" ", { shift: true })],
    ["Shift+ArrowDown", press("ArrowDown", { shift: true })],
    ["?", press("?", { shift: true })],
    ["[", press("[", { code: "BracketLeft" })],
    ["Shift+[", press("{", { code: "BracketLeft", shift: true })],
    ["]", press("ü", { code: "BracketRight" })],
  ]) {
    test(`returns ${expected}`, () => assert.equal(event, expected));
  }

  test("returns an empty text for a modifier alone", () => {
    for (const key of ["Shift", "Control", "Alt", "Meta"]) assert.equal(press(key), "");
  });

  test("returns an empty text while an input method composes", () => {
    assert.equal(press("Enter", { isComposing: true }), "");
    assert.equal(press("Process", { keyCode: 229 }), "");
  });
});

describe("Keymap", () => {
  let storage;

  beforeEach(() => {
    storage = installBrowser();
  });

  test("no two actions have the same default key", () => {
    const keys = Object.values(DEFAULT_KEYS);

    assert.equal(new Set(keys).size, keys.length);
  });

  test("finds the action of each default key", () => {
    const keymap = new Keymap();

    for (const [action, key] of Object.entries(DEFAULT_KEYS)) {
      assert.equal(keymap.actionFor(key), action);
      assert.equal(keymap.keyFor(action), key);
    }
    assert.equal(keymap.actionFor("Mod+y"), "redo");
    assert.equal(keymap.actionFor("q"), null);
  });

  test("a changed key is stored and read by the next page", () => {
    new Keymap().change("verify", "q");

    const next = new Keymap();
    assert.equal(next.actionFor("q"), "verify");
    assert.equal(next.actionFor("v"), null);
    assert.deepEqual(JSON.parse(storage.getItem(STORED)), { verify: "q" });
  });

  test("an action whose key is taken gets the former key of the other", () => {
    const keymap = new Keymap();
    keymap.change("verify", "x");

    assert.equal(keymap.actionFor("x"), "verify");
    assert.equal(keymap.actionFor("v"), "reject");
  });

  test("a reset restores the default keys", () => {
    const keymap = new Keymap();
    keymap.change("verify", "q");
    keymap.reset();

    assert.equal(keymap.actionFor("v"), "verify");
    assert.equal(new Keymap().keyFor("verify"), "v");
  });

  test("stored keys that are not valid are ignored", () => {
    storage.setItem(STORED, JSON.stringify({ verify: 3, fly: "q", __proto__: "z", reject: "q" }));

    const keymap = new Keymap();
    assert.equal(keymap.keyFor("verify"), "v");
    assert.equal(keymap.actionFor("q"), "reject");
    assert.deepEqual(keymap.actions, Object.keys(DEFAULT_KEYS));
  });

  test("a change stays in force in this page if it cannot be stored", () => {
    storage.fill();
    const keymap = new Keymap();
    keymap.change("verify", "q");

    assert.equal(keymap.actionFor("q"), "verify");
  });
});

test("shownKey shows arrows, spaces and letters as on a keyboard", () => {
  assert.equal(shownKey("Shift+ArrowDown"), "Shift ↓");
  assert.equal(shownKey("Space"), "␣");
  assert.equal(shownKey("v"), "V");
});
