// The shown page of the app: recordings, work, words and so on, as far as the visitor may use them.

const RECORDINGS = "recordings";

class Pages extends EventTarget {
  #allowed = [RECORDINGS];

  get shown() {
    return document.body.dataset.page ?? RECORDINGS;
  }

  /**
   * Show the page of the address.
   * @param {string[]} allowed names of the pages that the visitor may use
   */
  start(allowed) {
    this.#allowed = allowed;
    window.addEventListener("hashchange", () => this.#showFromAddress());
    this.#showFromAddress();
  }

  show(page) {
    if (!this.#allowed.includes(page)) return;
    document.body.dataset.page = page;
    if (page !== RECORDINGS && window.location.hash !== `#${page}`)
      history.replaceState(null, "", `#${page}`);
    this.dispatchEvent(new Event("page"));
  }

  #showFromAddress() {
    this.show(this.#allowed.find((page) => window.location.hash === `#${page}`) ?? RECORDINGS);
  }
}

export const pages = new Pages();

export { RECORDINGS };
