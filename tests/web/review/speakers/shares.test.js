import assert from "node:assert/strict";
import { test } from "node:test";

import { holderOfName, talkTimes } from "../../../../assets/web/review/speakers/shares.js";

const row = (speaker_id, start_ms, end_ms, status = "machine") => ({
  speaker_id,
  start_ms,
  end_ms,
  status,
});

test("rows without a speaker and rejected rows do not count as talk", () => {
  const rows = [
    row("a", 0, 1_000),
    row("b", 1_000, 1_500),
    row("a", 2_000, 2_250),
    row("a", 3_000, 9_000, "rejected"),
    row(null, 9_000, 9_900),
  ];
  assert.deepEqual(Object.fromEntries(talkTimes({ rows })), { a: 1_250, b: 500 });
});

const speakers = [{ id: "a" }, { id: "b" }];
const nameOf = (id) => ({ a: "王经理", b: "Speaker 2" })[id];

test("the holder of a name is found whatever the case, width and spaces of the name", () => {
  assert.equal(holderOfName(speakers, " ｓpeaker 2 ", nameOf), "b");
  assert.equal(holderOfName(speakers, "王经理", nameOf), "a");
});

test("a new name and an empty one have no holder", () => {
  assert.equal(holderOfName(speakers, "李工", nameOf), null);
  assert.equal(
    holderOfName([{ id: "c" }], " ", () => " "),
    null,
  );
});
