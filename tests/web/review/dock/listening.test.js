import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { SegmentPlayer } from "../../../../assets/web/components/sound/segment_player.js";
import { Listening } from "../../../../assets/web/review/dock/listening.js";
import { FakeAudio, installAudio } from "../../support/browser.js";
import { row } from "../../support/rows.js";

const FIRST = row("a", { start_ms: 10_000, end_ms: 14_000 });
const SECOND = row("b", { start_ms: 20_000, end_ms: 25_000 });

let current, listening, audio, missing, reported;

function listen({ hasAudio = true } = {}) {
  [current, missing, reported] = [FIRST, 0, []];
  const player = new SegmentPlayer(
    "audio",
    {
      onTime: () => {},
      onState: (playing) => {
        reported.push(playing);
        if (!playing) listening.paused();
      },
      onError: () => {},
      onMissing: () => (missing += 1),
    },
    hasAudio,
  );
  audio = FakeAudio.last;
  listening = new Listening({ player, currentRow: () => current });
}

beforeEach(() => {
  installAudio();
  listen();
});

const state = () => ({ playing: !audio.paused, at: audio.currentTime });

test("the first resume plays the current sentence and stops at its end", () => {
  listening.resume();
  assert.deepEqual(state(), { playing: true, at: 10 });
  audio.reach(14.001);
  assert.equal(audio.paused, true);
});

test("resume continues where a sentence was paused, up to its end", () => {
  listening.resume();
  audio.reach(12.5);
  audio.pause();
  listening.resume();
  assert.deepEqual(state(), { playing: true, at: 12.5 });
  audio.reach(14.001);
  assert.equal(audio.paused, true);
});

test("resume continues although the browser has not reported the pause yet", () => {
  listening.resume();
  audio.reach(12.5);
  audio.holdEvents();
  listening.player.pause();
  listening.resume();
  assert.deepEqual(state(), { playing: true, at: 12.5 });
  audio.dispatchHeld();
  assert.deepEqual(reported, [true, false, true]);
});

test("resume after the end of a sentence plays it again", () => {
  listening.resume();
  audio.reach(14.001);
  listening.resume();
  assert.deepEqual(state(), { playing: true, at: 10 });
});

test("resume plays another sentence that was chosen during the pause", () => {
  listening.resume();
  audio.reach(12.5);
  audio.pause();
  current = SECOND;
  listening.resume();
  assert.deepEqual(state(), { playing: true, at: 20 });
});

test("a recording that plays on continues without an end after a pause", () => {
  listening.player.playFrom(11_000);
  audio.reach(13);
  audio.pause();
  listening.resume();
  audio.reach(30);
  assert.equal(audio.paused, false);
});

test("the end of the recording is no pause", () => {
  listening.player.playFrom(50_000);
  audio.reach(60);
  listening.resume();
  assert.deepEqual(state(), { playing: true, at: 10 });
});

test("a skip keeps playing, within the recording", () => {
  listening.player.playFrom(1_000);
  listening.skip(-2_000);
  assert.deepEqual(state(), { playing: true, at: 0 });
  listening.skip(90_000);
  assert.equal(audio.currentTime, 60);
});

test("resume continues from a skip that was made during a pause", () => {
  listening.resume();
  audio.reach(14.001);
  listening.skip(-2_000);
  assert.equal(audio.paused, true);
  listening.resume();
  assert.equal(audio.paused, false);
  assert.ok(Math.abs(audio.currentTime - 12.001) < 1e-9);
});

test("a skip beyond the end of the sentence plays on", () => {
  listening.resume();
  listening.skip(5_000);
  audio.reach(16);
  assert.deepEqual(state(), { playing: true, at: 16 });
});

test("the sentence plays from its start, also while something plays", () => {
  listening.player.playFrom(30_000);
  listening.playSentence();
  audio.reach(15);
  assert.equal(audio.paused, false);
  audio.pause();
  listening.playSentence();
  assert.equal(audio.currentTime, 10);
  audio.reach(14.001);
  assert.equal(audio.paused, true);
});

test("without audio a skip and a resume say so and change nothing", () => {
  listen({ hasAudio: false });
  current = null;
  listening.resume();
  listening.skip(2_000);
  assert.deepEqual([missing, state()], [2, { playing: false, at: 0 }]);
});
