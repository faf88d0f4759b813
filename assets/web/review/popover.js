// A box at a row, open until a click outside.

/**
 * Show a box below a place, or above it if there is no room.
 * @param {HTMLElement} node
 * @param {{at: DOMRect, within: HTMLElement, onOutside: () => void}} options
 *   onOutside: called at a press outside
 * @returns {() => void} removes the box
 */
export function openPopover(node, { at, within, onOutside }) {
  const pressed = (event) => {
    if (!node.contains(event.target)) onOutside();
  };
  const frame = within.getBoundingClientRect();
  within.append(node);
  node.style.left = `${Math.max(0, Math.min(at.left - frame.left, frame.width - node.offsetWidth - 10))}px`;
  const fits = at.bottom + node.offsetHeight < window.innerHeight;
  node.style.top = `${fits ? at.bottom - frame.top : Math.max(0, at.top - frame.top - node.offsetHeight)}px`;
  document.addEventListener("pointerdown", pressed, true);
  return () => {
    document.removeEventListener("pointerdown", pressed, true);
    node.remove();
  };
}
