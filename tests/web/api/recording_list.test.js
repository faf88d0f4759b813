import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { RecordingList } from "../../../assets/web/api/recording_list.js";

const row = (id, title = id) => ({ id, title });

describe("RecordingList", () => {
  let list;

  /** Apply an answer with changes and return the titles of the list. */
  const titlesAfter = (answer) => {
    list.apply({ version: "k-2", is_complete: false, recordings: [], removed: [], ...answer });
    return list.all.map((each) => each.title);
  };

  beforeEach(() => {
    list = new RecordingList();
    list.apply({
      version: "k-1",
      is_complete: true,
      recordings: [row("c"), row("b"), row("a")],
      removed: [],
    });
  });

  test("asks for the changes since the last answer", () => {
    assert.equal(new RecordingList().path, "recordings?since=");
    assert.equal(list.path, "recordings?since=k-1");
    titlesAfter({ version: "k-3" });
    assert.equal(list.path, "recordings?since=k-3");
  });

  test("puts changed recordings in their places and added ones in front", () => {
    const recordings = [row("e"), row("d"), row("b", "renamed")];

    assert.deepEqual(titlesAfter({ recordings }), ["e", "d", "c", "renamed", "a"]);
  });

  test("drops deleted recordings, also unknown ones", () => {
    assert.deepEqual(titlesAfter({ removed: ["b", "unknown"] }), ["c", "a"]);
  });

  test("is replaced by a complete list", () => {
    assert.deepEqual(titlesAfter({ is_complete: true, recordings: [row("z")] }), ["z"]);
  });
});
