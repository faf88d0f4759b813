// Delays work until an element is drawn.

/** Call `act` after an element is in the page and drawn. */
export function afterDrawn(node, act, signal) {
  const observer = new ResizeObserver(() => {
    if (node.clientWidth === 0) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(act));
  });
  observer.observe(node);
  signal.addEventListener("abort", () => observer.disconnect());
}
