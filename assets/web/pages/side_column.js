// The column of recordings and of the form for a new one; folded, the workspace has full width.

const FOLDED = "speaker-studio:folded";

class SideColumn extends EventTarget {
  /** Restore the stored state. */
  start() {
    this.#set(localStorage.getItem(FOLDED) === "yes");
  }

  get isFolded() {
    return document.body.classList.contains("ss-folded");
  }

  toggle() {
    this.#set(!this.isFolded);
    try {
      localStorage.setItem(FOLDED, this.isFolded ? "yes" : "no");
    } catch {
      /* a private window forgets */
    }
  }

  #set(folded) {
    document.body.classList.toggle("ss-folded", folded);
    this.dispatchEvent(new Event("change"));
  }
}

export const sideColumn = new SideColumn();
