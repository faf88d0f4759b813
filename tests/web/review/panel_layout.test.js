import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { PanelLayout } from "../../../assets/web/review/frame/panel_layout.js";
import { installBrowser } from "../support/browser.js";

let width;
let queries;

class FakeQuery extends EventTarget {
  constructor(query) {
    super();
    this.condition = /(min|max)-width: (\d+)px/.exec(query);
  }
  get matches() {
    const [, kind, px] = this.condition;
    return kind === "min" ? width >= Number(px) : width <= Number(px);
  }
}

function layoutAt(px) {
  width = px;
  queries = [];
  return new PanelLayout((query) => {
    const made = new FakeQuery(query);
    queries.push(made);
    return made;
  });
}

function resize(px) {
  width = px;
  for (const each of queries) each.dispatchEvent(new Event("change"));
}

beforeEach(() => installBrowser());

test("a wide window shows the panel until it is folded, also after a reload", () => {
  const layout = layoutAt(1500);
  assert.equal(layout.shown, "people");
  layout.fold();
  assert.equal(layout.shown, null);
  assert.equal(layoutAt(1500).shown, null);
  layoutAt(1500).open("quality");
  assert.equal(layoutAt(1500).shown, "people");
});

test("a middle window shows the panel over the text, when opened", () => {
  const layout = layoutAt(1280);
  assert.equal(layout.shown, null);
  layout.open("history");
  assert.deepEqual([layout.shown, layout.isOver], ["history", true]);
  layout.fold();
  assert.deepEqual([layout.shown, layout.isOver], [null, false]);
});

test("a panel opened over the text of a middle window does not unfold that of a wide one", () => {
  layoutAt(1500).fold();
  const layout = layoutAt(1280);
  layout.open("people");
  resize(1600);
  assert.equal(layout.shown, null);
});

test("a narrow window shows the transcript or one panel", () => {
  const layout = layoutAt(820);
  assert.equal(layout.shown, null);
  layout.open("people");
  assert.deepEqual([layout.shown, layout.isOver], ["people", false]);
  layout.fold();
  assert.equal(layout.shown, null);
});

test("a change of the window's width is reported", () => {
  const layout = layoutAt(1280);
  const shown = [];
  layout.addEventListener("change", () => shown.push(layout.shown));
  resize(1500);
  assert.equal(shown.at(-1), "people");
});
