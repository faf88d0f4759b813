// Tokens of the theme for canvases, which cannot read CSS variables, and the switch of the theme.

const values = new Map();
const listeners = new Set();
let observer = null;

/** Return the value of a token such as "--ink" in the present theme. */
export function themeValue(token) {
  watch();
  if (!values.has(token))
    values.set(token, getComputedStyle(document.body).getPropertyValue(token).trim());
  return values.get(token);
}

/**
 * Call a function after every switch between light and dark.
 * @returns {() => void} ends it
 */
export function onThemeChange(act) {
  watch();
  listeners.add(act);
  return () => listeners.delete(act);
}

function watch() {
  if (observer !== null) return;
  observer = new MutationObserver(() => {
    values.clear();
    for (const act of listeners) act();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
