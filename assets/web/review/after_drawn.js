// Waits until something is on the screen, so that what follows does not delay it.

/** Calls back when an element is in the page and what is in it has been drawn. */
export function afterDrawn(node, act, signal) {
  const observer = new ResizeObserver(() => {
    if (node.clientWidth === 0) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(act));
  });
  observer.observe(node);
  signal.addEventListener("abort", () => observer.disconnect());
}
