import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";

import { Draft } from "../../../../assets/web/review/text/draft.js";
import { installBrowser } from "../../support/browser.js";

const WORDS = { id: "a", before: "你好", text: "您好" };

describe("Draft", () => {
  let storage;
  let drafts;

  function open(transcriptId = "t1") {
    const draft = new Draft(transcriptId);
    drafts.push(draft);
    return draft;
  }

  beforeEach(() => {
    storage = installBrowser();
    drafts = [];
  });

  afterEach(() => drafts.forEach((each) => each.dispose()));

  test("a draft of a closed page is taken over once", async () => {
    const closed = open();
    closed.store(WORDS);
    closed.dispose();
    const next = open();

    assert.deepEqual(await next.takeOver(() => true), WORDS);
    assert.equal(storage.getItem(closed.key), null);
    assert.deepEqual(JSON.parse(storage.getItem(next.key)), WORDS);
    assert.equal(await next.takeOver(() => true), null);
  });

  test("a draft of a page that is still open stays there", async () => {
    const other = open();
    other.store(WORDS);

    assert.equal(await open().takeOver(() => true), null);
    assert.deepEqual(JSON.parse(storage.getItem(other.key)), WORDS);
  });

  test("a draft of another transcript is not taken over", async () => {
    const closed = open("t2");
    closed.store(WORDS);
    closed.dispose();

    assert.equal(await open("t1").takeOver(() => true), null);
  });

  test("nothing is taken over if the user began to type meanwhile", async () => {
    const closed = open();
    closed.store(WORDS);
    closed.dispose();

    assert.equal(await open().takeOver(() => false), null);
    assert.deepEqual(JSON.parse(storage.getItem(closed.key)), WORDS);
  });

  test("a draft stays under its old key if it cannot be stored anew", async () => {
    const closed = open();
    closed.store(WORDS);
    closed.dispose();
    storage.fill();

    assert.deepEqual(await open().takeOver(() => true), WORDS);
    assert.deepEqual(JSON.parse(storage.getItem(closed.key)), WORDS);
  });

  test("a dropped draft is gone", async () => {
    const closed = open();
    closed.store(WORDS);
    closed.drop();
    closed.dispose();

    assert.equal(await open().takeOver(() => true), null);
  });
});
