// Run in the page: what somebody cannot hear, see or reach. Each function returns a list of sentences.

const visible = (node) =>
  node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
  node.getClientRects().length > 0;
const told = (node) =>
  `${node.tagName.toLowerCase()}.${[...node.classList].join(".")} "${(node.textContent || node.value || "").trim().slice(0, 30)}"`;

/** Whatever can be worked without a name that a screen reader could say. */
window.withoutName = () =>
  [
    ...document.querySelectorAll(
      ".ss button, .ss input, .ss select, .ss textarea, .ss a[href], .ss summary, .ss [tabindex], .ss [role=img]",
    ),
  ]
    .filter((node) => visible(node) && node.closest("[aria-hidden=true]") === null)
    .filter((node) => {
      const labels = [...(node.labels ?? [])].map((each) => each.textContent).join("");
      const pointed = (node.getAttribute("aria-labelledby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "")
        .join("");
      const own = ["BUTTON", "A", "SUMMARY"].includes(node.tagName) ? node.textContent : "";
      return [node.getAttribute("aria-label"), pointed, labels, own].every(
        (words) => !words?.trim(),
      );
    })
    .map(told);

/** Whatever takes the focus without looking different. */
window.withoutFocusMark = () => {
  const look = (node) => {
    const style = getComputedStyle(node);
    return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderBottomColor].join(
      " ",
    );
  };
  const candidates = [
    ...document.querySelectorAll(
      ".ss button, .ss input, .ss select, .ss a[href], .ss summary, .ss [tabindex='0']",
    ),
  ].filter((node) => visible(node) && !node.disabled && node.tabIndex >= 0);
  const found = [];
  for (const node of candidates) {
    document.activeElement?.blur();
    const before = look(node);
    node.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement === node && look(node) === before) found.push(told(node));
  }
  return found;
};

const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const brush = canvas.getContext("2d", { willReadFrequently: true });
const rgba = (color) => {
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = color;
  brush.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = ([r, g, b, a], below) => [r, g, b].map((each, i) => each * a + below[i] * (1 - a));
const luminance = (color) => {
  const [r, g, b] = color
    .map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** Words with less contrast to what is behind them than WCAG 2.2 asks for in 1.4.3. */
window.tooFaint = (least) => {
  const found = [];
  for (const node of document.querySelectorAll(".ss, .ss *, #new-recording *")) {
    const hasWords = [...node.childNodes].some(
      (child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim() !== "",
    );
    if (!hasWords || !visible(node) || node.closest(":disabled, option, [aria-hidden=true]"))
      continue;
    const line = [];
    for (let each = node; each !== null; each = each.parentElement) line.unshift(each);
    let ground = [255, 255, 255];
    let opacity = 1;
    for (const each of line) {
      const style = getComputedStyle(each);
      opacity *= Number(style.opacity);
      ground = over(rgba(style.backgroundColor), ground);
    }
    const [r, g, b, a] = rgba(getComputedStyle(node).color);
    const ink = over([r, g, b, a * opacity], ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((x, y) => y - x);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < least) found.push(`${told(node)} ${contrast.toFixed(2)}`);
  }
  return [...new Set(found)];
};

/** Whatever reaches out of the window to the right, or is cut off inside a button. */
window.cutOff = () =>
  [...document.querySelectorAll(".ss button, .ss select, .ss input, .ss summary")]
    .filter(
      (node) =>
        visible(node) &&
        (node.getBoundingClientRect().right > window.innerWidth + 1 ||
          (node.tagName === "BUTTON" &&
            node.scrollWidth > node.clientWidth + 1 &&
            !node.querySelector(".ss-chip-name, .ss-item-title"))),
    )
    .filter((node) => !node.classList.contains("ss-chip"))
    .map(told);
