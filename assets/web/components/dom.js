// Creates elements. Text is set through textContent alone, so that it cannot run as markup.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag element name
 * @param {Object<string, any>} props class, text, dataset, on (listeners), or any attribute
 * @param {...(Node|string|null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "style")
      for (const [key, css] of Object.entries(value)) node.style.setProperty(key, css);
    else if (name === "on")
      for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const ICON_PATHS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6.5 4.5h4v15h-4zM13.5 4.5h4v15h-4z",
  trash: "M9 3h6l1 2h4v2H4V5h4zM6 8.5h12L17 21H7z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  check: "M9.5 16.2 5 11.7l-1.6 1.6 6.1 6.1L20.8 8.1l-1.6-1.6z",
  cross: "M18.4 7 17 5.6l-5 5-5-5L5.6 7l5 5-5 5L7 18.4l5-5 5 5 1.4-1.4-5-5z",
  pencil:
    "M4 16.8V20h3.2L17 10.2 13.8 7zM19.6 7.6a1 1 0 0 0 0-1.4l-1.8-1.8a1 1 0 0 0-1.4 0L14.9 5.9l3.2 3.2z",
  flag: "M6 3h2v1h10l-2.4 4L18 12H8v9H6z",
  undo: "M8 5 3 10l5 5v-3.5h5.5a4 4 0 0 1 0 8H8V21h5.5a6 6 0 0 0 0-12.5H8z",
  redo: "M16 5l5 5-5 5v-3.5h-5.5a4 4 0 0 0 0 8H16V21h-5.5a6 6 0 0 1 0-12.5H16z",
  search:
    "M10.5 4a6.5 6.5 0 1 0 4 11.600l4.700 4.700 1.400-1.400-4.700-4.700A6.5 6.5 0 0 0 10.5 4zm0 2a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
  keyboard:
    "M3 6h18v12H3zm2 2v2h2V8zm4 0v2h2V8zm4 0v2h2V8zm4 0v2h2V8zM5 12v2h2v-2zm12 0v2h2v-2zm-8 0v2h6v-2z",
  filter: "M4 5h16l-6 7.5V19l-4-2v-4.5z",
  sound: "M4 9v6h4l5 4.5v-15L8 9zm11.5 0.200v5.600a3.5 3.5 0 0 0 0-5.600z",
  muted:
    "M4 9v6h4l5 4.5v-15L8 9zm16.800 0.800-1.600-1.600-2.100 2.200-2.200-2.200-1.5 1.600 2.200 2.200-2.200 2.100 1.5 1.600 2.200-2.200 2.100 2.200 1.600-1.600-2.200-2.100z",
  share:
    "M18 15.500a3 3 0 0 0-2.200 1L9 12.700a3 3 0 0 0 0-1.400l6.800-3.800a3 3 0 1 0-.8-2 3 3 0 0 0 .1.600L8.200 10a3 3 0 1 0 0 4.100l6.900 3.900a3 3 0 1 0 2.900-2.500z",
  person:
    "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 10c4.400 0 8 2 8 4.500V20H4v-1.500C4 16 7.600 14 12 14z",
  zoom_in: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  column: "M3 5h18v14H3zm2 2v10h4V7z",
  follow: "M3 6h11v2H3zm0 5h8v2H3zm0 5h6v2H3zm13-6v7.500a2.500 2.500 0 1 0 2 2.450V12.500h3V10z",
  zoom_out: "M5 11h14v2H5z",
};

/** Return an SVG icon in the colour of the surrounding text. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("ss-icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICON_PATHS[name]);
  svg.append(path);
  return svg;
}
