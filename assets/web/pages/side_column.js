// State of the sidebar: beside the page, folded, or a drawer over the page on narrow screens.

const FOLDED = "speaker-studio:folded";
const FOLD_KEY = "\\";
const DRAWER = "(max-width: 1023px)";

class SideColumn extends EventTarget {
  #drawer = null;

  /** Restore the stored state and listen for the key; later calls do nothing. */
  start() {
    if (this.#drawer !== null) return;
    this.#drawer = window.matchMedia(DRAWER);
    this.#drawer.addEventListener("change", () => this.#restore());
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("pointerdown", (event) => this.#closeDrawer(event));
    this.#restore();
  }

  get isFolded() {
    return document.body.classList.contains("ss-folded");
  }

  /** Fold it if it is a drawer, for example after something in it was chosen. */
  leave() {
    if (this.#drawer?.matches) this.#set(true);
  }

  toggle() {
    this.#set(!this.isFolded);
    if (this.#drawer?.matches) return;
    try {
      localStorage.setItem(FOLDED, this.isFolded ? "yes" : "no");
    } catch {
      /* a private window forgets */
    }
  }

  #restore() {
    this.#set(this.#drawer.matches || localStorage.getItem(FOLDED) === "yes");
  }

  #set(folded) {
    document.body.classList.toggle("ss-folded", folded);
    this.dispatchEvent(new Event("change"));
  }

  #closeDrawer(event) {
    if (!this.#drawer.matches || this.isFolded) return;
    if (event.target.closest("#library, [data-control=fold]") === null) this.#set(true);
  }

  #key(event) {
    if (event.key === "Escape") return this.leave();
    if (event.key !== FOLD_KEY || event.isComposing) return undefined;
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const target = /** @type {Element} */ (event.target);
    if (target.closest("input, select, textarea, dialog, [contenteditable]")) return undefined;
    event.preventDefault();
    return this.toggle();
  }
}

export const sideColumn = new SideColumn();
