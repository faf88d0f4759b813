import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Selection } from "../../../../assets/web/review/rows/selection.js";

describe("Selection", () => {
  let order;
  let selection;
  let changed;

  beforeEach(() => {
    order = ["a", "b", "c", "d", "e"];
    selection = new Selection(() => order);
    changed = [];
    selection.addEventListener("change", ({ detail }) => changed.push([...detail.ids].sort()));
  });

  test("choosing a row makes it the only selected and the current one", () => {
    selection.choose("b");
    selection.choose("d");

    assert.equal(selection.current, "d");
    assert.deepEqual(selection.ids, ["d"]);
    assert.deepEqual(changed, [["b"], ["b", "d"]]);
  });

  test("choosing no row clears the selection", () => {
    selection.choose("b");
    selection.choose(null);

    assert.equal(selection.current, null);
    assert.equal(selection.size, 0);
  });

  test("extending selects every row from the anchor, in both directions", () => {
    selection.choose("c");
    selection.extendTo("e");
    assert.deepEqual(selection.ids, ["c", "d", "e"]);

    selection.extendTo("a");
    assert.deepEqual(selection.ids, ["a", "b", "c"]);
    assert.equal(selection.current, "a");
  });

  test("toggling adds and removes single rows; ids come in the order of the rows", () => {
    selection.choose("d");
    selection.toggle("a");
    assert.deepEqual(selection.ids, ["a", "d"]);

    selection.toggle("d");
    assert.deepEqual(selection.ids, ["a"]);
    assert.ok(!selection.has("d"));
  });

  test("a step stops at the first and the last row", () => {
    selection.choose("d");

    assert.equal(selection.step(1), "e");
    assert.equal(selection.step(1), "e");
    assert.equal(selection.step(-9), "a");
  });

  test("a step without a current row goes to the first", () => {
    assert.equal(selection.step(1), "a");
  });

  test("a step in an empty list selects nothing", () => {
    order = [];

    assert.equal(selection.step(1), null);
    assert.equal(selection.current, null);
  });

  test("a step with extend selects the rows on the way", () => {
    selection.choose("b");
    selection.step(1, { extend: true });
    selection.step(1, { extend: true });

    assert.deepEqual(selection.ids, ["b", "c", "d"]);
  });

  test("after the current row is removed the row at its place is current", () => {
    selection.choose("c");
    order = ["a", "b", "d", "e"];
    selection.keepOnly((id) => order.includes(id), 2);

    assert.equal(selection.current, "d");
    assert.deepEqual(selection.ids, ["d"]);
  });

  test("after the last row is removed the new last row is current", () => {
    selection.choose("e");
    order = ["a", "b"];
    selection.keepOnly((id) => order.includes(id), 4);

    assert.equal(selection.current, "b");
  });

  test("selected rows that still exist stay selected when others are removed", () => {
    selection.choose("a");
    selection.extendTo("d");
    order = ["a", "c", "d", "e"];
    selection.keepOnly((id) => order.includes(id), 3);

    assert.deepEqual(selection.ids, ["a", "c", "d"]);
    assert.equal(selection.current, "d");
  });
});
