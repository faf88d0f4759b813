// What the keys and the transport play: on from a pause, the current sentence, over pauses.

/**
 * @import { Row } from "../../api/payloads.d.ts"
 * @import { SegmentPlayer } from "../../components/sound/segment_player.js"
 */

export class Listening {
  #pausedAt = null; // id of the row that was current at the pause

  /** @param {{player: SegmentPlayer, currentRow: () => Row|null}} parts */
  constructor({ player, currentRow }) {
    this.player = player;
    this.currentRow = currentRow;
  }

  /** Record that playing has stopped. */
  paused() {
    this.#pausedAt = this.currentRow()?.id ?? null;
  }

  /** Continue where it paused; play the current sentence if another one was chosen since. */
  resume() {
    const row = this.currentRow();
    if (this.player.isInterrupted && this.#pausedAt === (row?.id ?? null))
      return this.player.resume();
    return row === null ? this.player.toggle() : this.playSentence(row);
  }

  /** Play a sentence from its start, and on after its end if the recording was playing on. */
  playSentence(row = this.currentRow()) {
    if (row === null) return undefined;
    if (this.player.playsOn) return this.player.playFrom(row.start_ms);
    return this.player.playSegment(row.start_ms, row.end_ms);
  }

  /** Move by some milliseconds; a pause lasts, and `resume` continues from there. */
  skip(byMs) {
    this.player.skip(byMs);
    this.paused();
  }
}
