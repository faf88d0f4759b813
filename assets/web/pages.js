// Which page of the app is shown: the recordings, or the models.

const PAGES = ["recordings", "models"];
const MODELS_ADDRESS = "#models";

class Pages extends EventTarget {
  get shown() { return document.body.dataset.page ?? PAGES[0]; }

  /** Starts with what the address names. */
  start() {
    window.addEventListener("hashchange", () => this.#obeyAddress());
    this.#obeyAddress();
  }

  show(page) {
    if (!PAGES.includes(page)) return;
    document.body.dataset.page = page;
    this.dispatchEvent(new Event("page"));
  }

  #obeyAddress() { this.show(window.location.hash === MODELS_ADDRESS ? "models" : "recordings"); }
}

export const pages = new Pages();

export { PAGES };
