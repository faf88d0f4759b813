// Explains why a file is not uploaded: too large, or refused by the server.

/**
 * @import { Translate } from "../types.d.ts"
 */

import { loadVisit } from "./visit.js";

const BYTES_PER_MB = 1 << 20;
const PLACE = "#upload";

/** @param {(key: string|null, values?: object) => void} say */
export function refuseLargeFiles(say) {
  let limit = Infinity;
  loadVisit()
    .then(({ limits }) => {
      limit = limits.file_mb;
    })
    .catch(() => {}); // the server enforces the limit itself
  const look = (event) => {
    const place = event.target.closest?.(PLACE);
    const largest = Math.max(
      0,
      ...[...((event.dataTransfer ?? event.target).files ?? [])].map((file) => file.size),
    );
    if (!place || largest === 0) return;
    if (largest <= limit * BYTES_PER_MB) return void say(null);
    event.preventDefault();
    event.stopImmediatePropagation(); // before Gradio uploads it
    if (event.type === "drop")
      event.target.dispatchEvent(new Event("dragleave", { bubbles: true }));
    else event.target.value = "";
    say("limit.file", { size: Math.ceil(largest / BYTES_PER_MB), limit });
  };
  for (const type of ["change", "drop"]) document.addEventListener(type, look, true);
}

const ADDRESS = "/gradio_api/upload";

/**
 * Show why the server refused an upload, also in Gradio's own message.
 * @param {Translate} t
 * @param {(text: string) => void} say
 */
export function explainRefusedUploads(t, say) {
  const fetchAsBefore = window.fetch;
  window.fetch = async (...request) => {
    const answer = await fetchAsBefore(...request);
    const { pathname } = new URL(
      request[0] instanceof Request ? request[0].url : request[0],
      location.href,
    );
    if (answer.ok || !pathname.endsWith(ADDRESS)) return answer;
    const { key, values, message } = await answer
      .clone()
      .json()
      .catch(() => ({}));
    const sentence = key ? t(key, values) : message;
    if (!sentence) return answer;
    say(sentence);
    return new Response(sentence, { status: answer.status, statusText: answer.statusText });
  };
}
