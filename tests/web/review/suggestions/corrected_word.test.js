import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  correctedWord,
  excerpt,
  textWithWord,
} from "../../../../assets/web/review/suggestions/corrected_word.js";

describe("correctedWord", () => {
  const change = (before, after) => {
    const word = correctedWord(before, after);
    return word && [word.wrong, word.right, word.isWord];
  };

  test("widens a changed character to its word", () => {
    assert.deepEqual(change("请联系经历确认。", "请联系经理确认。"), ["经历", "经理", true]);
    assert.deepEqual(change("We use Cubernetes here.", "We use Kubernetes here."), [
      "Cubernetes",
      "Kubernetes",
      true,
    ]);
  });

  test("takes a single wrong character with the next word", () => {
    assert.deepEqual(change("叫王伟过来。", "叫王玮过来。"), ["伟过来", "玮过来", false]);
  });

  test("takes words with common characters for no terms", () => {
    const [, right, isWord] = change("他再公司等你", "他在公司等你");

    assert.ok(right.includes("他在"));
    assert.equal(isWord, false);
  });

  test("finds no word in a new wording, in punctuation, in an addition or in nothing", () => {
    assert.equal(change("今天天气很好", "昨天下了一整天的大雨所以我们没有出门散步"), null);
    assert.equal(change("你好。", "你好！"), null);
    assert.equal(change("你好", "你好"), null);
    assert.equal(change("你好。", "你好。谢谢。"), null);
  });
});

describe("textWithWord", () => {
  const manager = { wrong: "经历", right: "经理" };

  test("replaces every place", () => {
    assert.equal(textWithWord("王经历和李经历", manager), "王经理和李经理");
    assert.equal(textWithWord("没有这个词", manager), null);
  });

  test("leaves a row in which the wrong word is part of the right one", () => {
    const longer = { wrong: "经理", right: "总经理" };

    assert.equal(textWithWord("找总经理", longer), null);
    assert.equal(textWithWord("找经理", longer), "找总经理");
  });

  test("leaves a row in which it is part of another word", () => {
    const word = { wrong: "art", right: "arc" };

    assert.equal(textWithWord("start the art", word), null);
    assert.equal(textWithWord("the art.", word), "the arc.");
  });
});

test("an excerpt shows the surroundings of a word", () => {
  assert.equal(
    excerpt("我们下周一和王经理开会讨论", "王经理"),
    "…我们下周一和王经理开会讨论".slice(1),
  );
  assert.equal(excerpt("一二三四五六七八词一二三四五六七八", "词"), "…三四五六七八词一二三四五六…");
});
