import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";

import { TextEditing } from "../../../../assets/web/review/text/text_editing.js";
import { FakeTextBox, installBrowser } from "../../support/browser.js";

describe("TextEditing", () => {
  let storage;
  let editing;
  let calls;

  beforeEach(() => {
    storage = installBrowser();
    globalThis.document = { createElement: () => new FakeTextBox() };
    calls = [];
    const record =
      (name) =>
      (...values) =>
        void calls.push([name, ...values]);
    editing = new TextEditing({
      transcriptId: "t1",
      label: "text",
      onCommit: record("commit"),
      onLeave: record("leave"),
      onSplit: record("split"),
      onMergeBack: record("merge"),
      onTyping: record("typing"),
      onGrow: () => {},
      onKey: (key) => key === "Alt+1",
    });
  });

  afterEach(() => editing.draft.dispose());

  const begin = (text, how) => editing.begin("a", text, { replaceChildren() {} }, how);
  const drafts = () => Object.keys(storage).filter((key) => key.startsWith("speaker-studio:draft"));

  test("starts with the caret at the end of the text", () => {
    begin("你好");

    assert.equal(editing.id, "a");
    assert.equal(editing.box.value, "你好");
    assert.deepEqual([editing.box.selectionStart, editing.box.selectionEnd], [2, 2]);
  });

  test("starts with a range selected", () => {
    begin("你好吗", { caret: [1, 2] });

    assert.deepEqual([editing.box.selectionStart, editing.box.selectionEnd], [1, 2]);
  });

  test("typing stores a draft; Enter commits the text and removes the draft", () => {
    begin("你好");
    editing.box.type("  您好\n吗 ");
    assert.equal(drafts().length, 1);

    assert.ok(editing.box.press("Enter"));
    assert.deepEqual(calls, [
      ["typing"],
      ["commit", "a", "您好 吗", "你好"],
      ["leave", "done", "a"],
    ]);
    assert.equal(editing.box.replacedBy, "您好 吗");
    assert.equal(editing.id, null);
    assert.equal(drafts().length, 0);
  });

  test("unchanged text is not committed", () => {
    begin("你好");
    editing.box.press("Tab");

    assert.deepEqual(calls, [["leave", "next", "a"]]);
  });

  test("Escape restores the text and commits nothing", () => {
    begin("你好");
    editing.box.type("您好");
    editing.box.press("Escape");

    assert.deepEqual(calls, [["typing"], ["leave", "cancel", "a"]]);
    assert.equal(editing.box.replacedBy, "你好");
    assert.equal(drafts().length, 0);
  });

  test("starting in another row commits the text of the first", () => {
    begin("你好");
    editing.box.type("您好");
    editing.begin("b", "再见", { replaceChildren() {} });

    assert.deepEqual(calls.slice(1), [
      ["commit", "a", "您好", "你好"],
      ["leave", "moved", "a"],
    ]);
    assert.equal(editing.id, "b");
  });

  test("Shift+Enter splits at the caret", () => {
    begin("你好再见", { caret: 2 });
    assert.ok(editing.box.press("Enter", { shiftKey: true }));

    assert.deepEqual(calls, [
      ["leave", "split", "a"],
      ["split", "a", "你好再见", 2, "你好再见"],
    ]);
  });

  for (const caret of [0, 4]) {
    test(`Shift+Enter does nothing at an end of the text (${caret})`, () => {
      begin("你好再见", { caret });

      assert.ok(editing.box.press("Enter", { shiftKey: true }));
      assert.deepEqual(calls, []);
      assert.equal(editing.id, "a");
    });
  }

  test("Backspace at the start joins the row to the one before", () => {
    begin("你好", { caret: 0 });
    assert.ok(editing.box.press("Backspace"));

    assert.deepEqual(calls, [
      ["leave", "merge", "a"],
      ["merge", "a", "你好", "你好"],
    ]);
  });

  test("Backspace elsewhere, or with a selection, is left to the text box", () => {
    begin("你好", { caret: 1 });
    assert.ok(!editing.box.press("Backspace"));
    editing.box.setSelectionRange(0, 2);
    assert.ok(!editing.box.press("Backspace"));

    assert.deepEqual(calls, []);
  });

  test("keys of an input method that composes are left to it", () => {
    begin("你好");

    assert.ok(!editing.box.press("Enter", { isComposing: true }));
    assert.equal(editing.id, "a");
  });

  test("finishing or cancelling without a row does nothing", () => {
    editing.finish("blur");
    editing.cancel();

    assert.deepEqual(calls, []);
  });
});
