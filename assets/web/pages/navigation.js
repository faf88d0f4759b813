// Which page of the app is shown: the recordings, the training data, or the models.

const PAGES = ["recordings", "training", "models"];

class Pages extends EventTarget {
  get shown() {
    return document.body.dataset.page ?? PAGES[0];
  }

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

  #obeyAddress() {
    this.show(PAGES.find((page) => window.location.hash === `#${page}`) ?? PAGES[0]);
  }
}

export const pages = new Pages();

export { PAGES };
