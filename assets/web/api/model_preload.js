// Starts to load the models when the user reaches for the upload field.

import { send } from "./server.js";

const PLACES = "#upload, #microphone";
const ENOUGH_MS = 60_000; // loaded models stay in memory for minutes

export function preloadModels() {
  let asked = -Infinity;
  const look = ({ target, timeStamp }) => {
    if (!target.closest?.(PLACES) || timeStamp - asked < ENOUGH_MS) return;
    asked = timeStamp;
    send("POST", "prepare").catch(() => {}); // the start of the run reports errors
  };
  for (const type of ["pointerdown", "dragenter", "focusin"])
    document.addEventListener(type, look, true);
}
