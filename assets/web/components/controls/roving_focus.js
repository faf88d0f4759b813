// One tab stop for a group of controls; the arrow keys move between them.

/**
 * @param {HTMLElement} node contains the controls, now or later
 * @param {string} controls selector of the controls
 * @param {{isVertical?: boolean}} [options] whether the up and down keys move, else left and right
 * @returns {{refresh: () => void}} to call after controls were added or removed
 */
export function rovingFocus(node, controls, { isVertical = false } = {}) {
  const [back, forth] = isVertical ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const all = () => /** @type {HTMLElement[]} */ ([...node.querySelectorAll(controls)]);
  const choose = (chosen) => {
    for (const each of all()) each.tabIndex = each === chosen ? 0 : -1;
  };
  const refresh = () => choose(all().find((each) => each.tabIndex === 0) ?? all()[0]);
  choose(all()[0]);
  node.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target.matches(controls)) choose(target);
  });
  node.addEventListener("keydown", (event) => {
    const found = all().filter((each) => each.offsetParent !== null);
    const from = found.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (from < 0) return;
    const to = { [back]: from - 1, [forth]: from + 1, Home: 0, End: found.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    found[(to + found.length) % found.length].focus();
  });
  return { refresh };
}
