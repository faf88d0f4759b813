import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { ReviewModel } from "../../../../assets/web/review/edits/model.js";
import { changes, row } from "../../support/rows.js";

const SPEAKERS = [{ id: "s1", label: "S1", name: "", position: 0 }];

describe("ReviewModel", () => {
  let model;
  let events;

  beforeEach(() => {
    model = new ReviewModel({
      utterances: [
        row("c", { start_ms: 4_000, end_ms: 6_000 }),
        row("a", { start_ms: 0, end_ms: 2_000 }),
        row("b", { start_ms: 2_000, end_ms: 4_000 }),
      ],
      speakers: SPEAKERS,
    });
    events = [];
    model.addEventListener("rows", ({ detail }) => events.push(detail));
  });

  test("sorts rows by start, then by position, then by id", () => {
    const same = [row("z", { position: 1 }), row("y"), row("x")];
    const sorted = new ReviewModel({ utterances: same, speakers: [] });

    assert.deepEqual(model.order, ["a", "b", "c"]);
    assert.deepEqual(sorted.order, ["x", "y", "z"]);
  });

  test("finds the row at a time", () => {
    assert.equal(model.indexAt(0), 0);
    assert.equal(model.indexAt(1_999), 0);
    assert.equal(model.indexAt(2_000), 1);
    assert.equal(model.indexAt(6_000), -1);
  });

  test("of overlapping rows finds the one that starts last and has not ended", () => {
    const overlapping = new ReviewModel({
      utterances: [
        row("long", { end_ms: 9_000 }),
        row("short", { start_ms: 1_000, end_ms: 2_000 }),
      ],
      speakers: [],
    });

    assert.equal(overlapping.indexAt(1_500), 1);
    assert.equal(overlapping.indexAt(5_000), 0);
  });

  test("shows an edit before the server answers, and keeps the stored row", () => {
    model.applyOptimistically("e1", { a: { text: "您好", status: "corrected" } });

    assert.equal(model.row("a").text, "您好");
    assert.equal(model.row("a").status, "corrected");
    assert.equal(model.stored("a").text, "你好");
    assert.deepEqual(events, [{ ids: ["a"], order: false }]);
  });

  test("shows the stored row again after the edit is refused", () => {
    model.applyOptimistically("e1", { a: { text: "您好" } });
    model.discardOptimistic("e1");

    assert.equal(model.row("a").text, "你好");
  });

  test("discarding an unknown edit changes nothing", () => {
    model.discardOptimistic("unknown");

    assert.deepEqual(events, []);
  });

  test("a later edit of the same field is shown until it is answered itself", () => {
    model.applyOptimistically("e1", { a: { text: "one" } });
    model.applyOptimistically("e2", { a: { text: "two" } });
    model.mergeChanges(changes({ utterances: [row("a", { text: "one" })] }), "e1");

    assert.equal(model.row("a").text, "two");
    assert.equal(model.stored("a").text, "one");
  });

  test("the answer to an edit replaces what was shown for it", () => {
    model.applyOptimistically("e1", { a: { text: " 您好 " } });
    model.mergeChanges(
      changes({ utterances: [row("a", { text: "您好", is_edited: true })], speakers: SPEAKERS }),
      "e1",
    );

    assert.equal(model.row("a").text, "您好");
    assert.ok(model.row("a").is_edited);
  });

  test("an answer without the row withdraws what was shown for the edit", () => {
    model.applyOptimistically("e1", { a: { text: "您好" } });
    model.mergeChanges(changes({ speakers: SPEAKERS }), "e1");

    assert.equal(model.row("a").text, "你好");
  });

  test("removes and adds rows, and says that the order changed", () => {
    model.mergeChanges(
      changes({
        removed: ["b"],
        utterances: [row("d", { start_ms: 3_000, end_ms: 3_500 })],
        speakers: SPEAKERS,
      }),
    );

    assert.deepEqual(model.order, ["a", "d", "c"]);
    assert.equal(model.row("b"), null);
    assert.equal(model.stored("b"), null);
    assert.ok(events.at(-1).order);
    assert.deepEqual(new Set(events.at(-1).ids), new Set(["b", "d"]));
  });

  test("a complete answer removes every row that it does not hold", () => {
    model.mergeChanges(changes({ is_complete: true, utterances: [row("b")], speakers: SPEAKERS }));

    assert.deepEqual(model.order, ["b"]);
    assert.equal(model.length, 1);
  });

  test("fires speakers only if the speakers changed", () => {
    let fired = 0;
    model.addEventListener("speakers", () => (fired += 1));

    model.mergeChanges(changes({ speakers: structuredClone(SPEAKERS) }));
    assert.equal(fired, 0);

    model.mergeChanges(changes({ speakers: [{ ...SPEAKERS[0], name: "李雷" }] }));
    assert.equal(fired, 1);
    assert.equal(model.speaker("s1").name, "李雷");
    assert.equal(model.speaker("s2"), null);
  });

  test("the former speaker of a row is that before a person assigned another, while both differ", () => {
    const speakers = [...SPEAKERS, { id: "s2", label: "S2", name: "", position: 1 }];
    model.mergeChanges(changes({ utterances: [row("b", { speaker_id: "s2" })], speakers }));
    assert.equal(model.formerSpeaker("b"), null); // not loaded yet
    model.setFormerSpeakers({ b: "s1" });
    assert.equal(model.formerSpeaker("a"), null);
    assert.equal(model.formerSpeaker("b"), "s1");

    model.applyOptimistically("e1", { a: { speaker_id: "s2" }, b: { speaker_id: "s1" } });
    assert.equal(model.formerSpeaker("a"), "s1");
    assert.equal(model.formerSpeaker("b"), null);

    model.discardOptimistic("e1");
    model.mergeChanges(changes({ speakers: [speakers[1]] })); // s1 was merged into s2
    assert.equal(model.formerSpeaker("b"), null);
  });

  test("the doubt of a row is the larger of text and speaker, 0 once a person worked on it", () => {
    model.setDoubts({ a: [0.2, 0.7], b: [0.4, null], c: [0.9, null] });
    model.mergeChanges(
      changes({ utterances: [row("c", { status: "verified" })], speakers: SPEAKERS }),
    );

    assert.equal(model.doubt("a"), 0.7);
    assert.equal(model.doubt("b"), 0.4);
    assert.equal(model.doubt("c"), 0);
    assert.equal(model.doubt("unknown"), 0);
  });
});

test("only the worst rows of a transcript are doubtful, and what is done to others changes none", () => {
  const ids = Array.from({ length: 20 }, (_, i) => `r${String(i).padStart(2, "0")}`);
  const model = new ReviewModel({
    utterances: ids.map((id, i) => row(id, { start_ms: i * 1_000, end_ms: i * 1_000 + 900 })),
    speakers: [],
  });
  model.setDoubts(Object.fromEntries(ids.map((id, i) => [id, [i / 20, null]])));

  assert.deepEqual(model.doubtful, ["r17", "r18", "r19"]);
  model.applyOptimistically("edit", { r18: { status: "verified" } });
  assert.deepEqual(model.doubtful, ["r17", "r19"]);
});

test("a speaker who is more probably right than wrong makes no row doubtful", () => {
  const ids = Array.from({ length: 20 }, (_, i) => `r${i}`);
  const model = new ReviewModel({ utterances: ids.map((id) => row(id)), speakers: [] });
  model.setDoubts({ r0: [0.02, 0.49], r1: [null, 0.5], r2: [0.1, 0.3] });

  assert.deepEqual(model.doubtful, ["r1", "r2"]);
  assert.equal(model.doubt("r2"), 0.1);
});

test("rows that are certain are not doubtful, few as there may be", () => {
  const model = new ReviewModel({ utterances: [row("a"), row("b")], speakers: [] });
  model.setDoubts({ a: [0.01, 0], b: [0.02, null] });

  assert.deepEqual(model.doubtful, []);
});
