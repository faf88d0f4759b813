// The bar of a report: language of the main page, copying of the link, printing.

const LANGUAGE = "speaker-studio:language"; // written by components/language.js
const NAME = "speaker-studio:name"; // written by api/visit.js

const root = document.documentElement;
const chosen = localStorage.getItem(LANGUAGE);
const shown = root.lang.startsWith("zh") ? "zh" : "en";
const asked = new URLSearchParams(window.location.search).get("language");
if (["zh", "en"].includes(chosen) && chosen !== shown && asked === null)
  window.location.replace(`?language=${chosen}`);

const told = document.querySelector(".rp-told");
const copy = /** @type {HTMLElement} */ (document.querySelector("[data-action=copy]"));
copy?.addEventListener("click", copyLink);
document.querySelector("[data-action=print]")?.addEventListener("click", () => window.print());

async function copyLink() {
  const { shared, done, refused, failed } = copy.dataset;
  try {
    const address = shared === undefined ? await sharedAddress() : pageAddress();
    if (address === null) told.textContent = refused;
    else {
      await writeClipboard(address);
      told.textContent = done;
    }
  } catch {
    told.textContent = failed;
  }
}

/** Return the address of this page without query and fragment. */
const pageAddress = () => window.location.origin + window.location.pathname;

/** Share the recording, if it is not shared yet; return its report's address, null if refused. */
async function sharedAddress() {
  const body = JSON.stringify({ author: localStorage.getItem(NAME) ?? "" });
  const headers = { "content-type": "application/json" };
  const known = await fetch("share", { headers });
  let { token } = known.ok ? await known.json() : { token: null };
  if (!token) {
    const answer = await fetch("share", { method: "POST", headers, body });
    if (!answer.ok) return null;
    ({ token } = await answer.json());
  }
  return new URL(`../../shared/${token}/report`, window.location.href).href;
}

/** Write to the clipboard, also on pages without HTTPS. */
async function writeClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
