// Whoever reaches for a file will want the models soon: they are loaded while the file is looked for.

import { send } from "./server.js";

const PLACES = "#upload, #microphone";
const ENOUGH_MS = 60_000; // loaded models stay for minutes

export function prepareForFiles() {
  let asked = -Infinity;
  const look = ({ target, timeStamp }) => {
    if (!target.closest?.(PLACES) || timeStamp - asked < ENOUGH_MS) return;
    asked = timeStamp;
    send("POST", "prepare").catch(() => {}); // the start itself says what is wrong
  };
  for (const type of ["pointerdown", "dragenter", "focusin"])
    document.addEventListener(type, look, true);
}
