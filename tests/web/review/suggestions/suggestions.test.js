import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

import { speakerGivenBy } from "../../../../assets/web/review/suggestions/similar_voices.js";
import { Suggestions } from "../../../../assets/web/review/suggestions/suggestions.js";

describe("Suggestions", () => {
  let editor;
  let suggestions;
  let taken;
  let declined;
  let done; // rows that were changed

  const offer = (ids) => ({
    ids,
    words: (count) => `${count} more`,
    isOpen: (id) => !done.has(id),
    proposed: (id) => ({ name: `new ${id}`, look: null }),
    take: (rows) => {
      taken.push(rows);
      rows.forEach((id) => done.add(id));
      return { id: `edit ${taken.length}` };
    },
    decline: async (rows) => void declined.push(rows),
  });
  const answer = (id) =>
    editor.queue.dispatchEvent(new CustomEvent("answer", { detail: { edit: { id } } }));

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    [taken, declined, done] = [[], [], new Set()];
    editor = {
      queue: new EventTarget(),
      model: { row: (id) => (id === "gone" ? null : { id }) },
      went: [],
      go: (id) => editor.went.push(id),
      focusList: () => {},
    };
    suggestions = new Suggestions(editor);
  });

  afterEach(() => mock.timers.reset());

  test("offers the rows that exist and are not changed yet", () => {
    done.add("b");
    suggestions.show(offer(["c", "gone", "b", "a"]));

    assert.deepEqual(suggestions.ids, ["c", "a"]);
    assert.equal(suggestions.proposedFor("c"), null);
  });

  test("shows no offer without rows", () => {
    suggestions.show(offer(["gone"]));

    assert.equal(suggestions.offer, null);
  });

  test("takes all rows in one edit and ends", () => {
    suggestions.show(offer(["a", "b"]));
    suggestions.takeAll();

    assert.deepEqual(taken, [["a", "b"]]);
    assert.equal(suggestions.offer, null);
  });

  test("goes on with the next row while the rows are viewed", () => {
    suggestions.show(offer(["c", "a", "b"]));
    suggestions.view();
    suggestions.take(["a"]);
    suggestions.decline(["b"]);

    assert.deepEqual(editor.went, ["c", "b", "c"]);
    assert.deepEqual(declined, [["b"]]);
    assert.deepEqual(suggestions.ids, ["c"]);
    assert.deepEqual(suggestions.proposedFor("c"), { name: "new c", look: null });
  });

  test("ends the view with the last row", () => {
    suggestions.show(offer(["a"]));
    suggestions.view();
    suggestions.decline(["a"]);

    assert.equal(suggestions.isViewed, false);
    assert.equal(suggestions.offer, null);
  });

  test("ends with an edit of another kind, not with its own", () => {
    suggestions.show(offer(["a", "b"]));
    suggestions.view();
    suggestions.take(["a"]);
    answer("edit 1");
    const { ids } = suggestions;
    answer("another");

    assert.deepEqual(ids, ["b"]);
    assert.equal(suggestions.offer, null);
  });

  test("goes away after a while unless it is looked at", () => {
    suggestions.show(offer(["a"]));
    suggestions.stay();
    mock.timers.tick(60_000);
    const kept = suggestions.offer;
    suggestions.leaveLater();
    mock.timers.tick(60_000);

    assert.notEqual(kept, null);
    assert.equal(suggestions.offer, null);
  });
});

test("the speaker of an assignment or of a new speaker is followed, of other edits none", () => {
  const utterances = [
    { id: "a", speaker_id: "s1" },
    { id: "b", speaker_id: "s9" },
  ];
  const given = (request) => speakerGivenBy({ request }, { utterances });

  assert.equal(given({ kind: "assign_speaker", utterance_ids: ["a"], speaker_id: "s3" }), "s3");
  assert.equal(given({ kind: "add_speaker", utterance_ids: ["b"] }), "s9");
  assert.equal(given({ kind: "assign_speakers", assignments: [["a", "s3"]] }), null);
  assert.equal(given({ kind: "verify", utterance_ids: ["a"] }), null);
});
