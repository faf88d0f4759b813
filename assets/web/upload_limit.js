// A file that is too large is refused before it is sent, in the words of the page.

import { loadVisit } from "./visit.js";

const BYTES_PER_MB = 1 << 20;
const PLACE = "#upload";

/** @param {(key: string|null, values?: object) => void} say */
export function refuseLargeFiles(say) {
  let limit = Infinity;
  loadVisit().then(({ limits }) => { limit = limits.file_mb; }).catch(() => {}); // the server refuses by itself
  const look = (event) => {
    const place = event.target.closest?.(PLACE);
    const largest = Math.max(0, ...[...(event.dataTransfer ?? event.target).files ?? []].map((file) => file.size));
    if (!place || largest === 0) return;
    if (largest <= limit * BYTES_PER_MB) return void say(null);
    event.preventDefault();
    event.stopImmediatePropagation(); // Gradio would begin to send it
    if (event.type === "drop") event.target.dispatchEvent(new Event("dragleave", { bubbles: true }));
    else event.target.value = "";
    say("limit.file", { size: Math.ceil(largest / BYTES_PER_MB), limit });
  };
  for (const type of ["change", "drop"]) document.addEventListener(type, look, true);
}
