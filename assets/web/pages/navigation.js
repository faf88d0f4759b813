// The shown page of the app: recordings, training data or models.

const PAGES = ["recordings", "training", "models"];

class Pages extends EventTarget {
  get shown() {
    return document.body.dataset.page ?? PAGES[0];
  }

  /** Show the page of the address. */
  start() {
    window.addEventListener("hashchange", () => this.#showFromAddress());
    this.#showFromAddress();
  }

  show(page) {
    if (!PAGES.includes(page)) return;
    document.body.dataset.page = page;
    this.dispatchEvent(new Event("page"));
  }

  #showFromAddress() {
    this.show(PAGES.find((page) => window.location.hash === `#${page}`) ?? PAGES[0]);
  }
}

export const pages = new Pages();

export { PAGES };
