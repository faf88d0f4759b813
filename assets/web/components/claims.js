// Claims: who works on a recording. A claim informs others and locks nothing.

import { el } from "./dom.js";
import { sendJson } from "../api/server.js";
import { session } from "../api/session.js";
import { givenName, loadVisit } from "../api/visit.js";

let visit = { mode: "open", name: "" };
loadVisit().then(
  (known) => {
    visit = known;
  },
  () => {},
);

const myName = () => (visit.mode === "people" ? visit.name : givenName());

/** Return the claim of a recording and, if it is open, a button to claim or release it. */
export function claimLine(recording, t, { isOpen }) {
  const mine = recording.claimed_by !== null && recording.claimed_by === myName();
  const claim =
    recording.claimed_by === null
      ? null
      : el("span", {
          class: "ss-quiet ss-small ss-claim",
          text: mine
            ? t("people.claimed_by_me")
            : t("people.claimed_by", { name: recording.claimed_by }),
        });
  const mayClaim = isOpen && recording.can_edit && visit.mode !== "demo" && myName();
  const act = async (path) => {
    await sendJson("POST", `recordings/${recording.id}/${path}`, {}).catch(() => {});
    session.refresh();
  };
  const button = !mayClaim
    ? null
    : el("button", {
        class: "ss-link ss-small",
        type: "button",
        dataset: { part: "claim" },
        text: mine ? t("people.release") : t("people.claim"),
        on: { click: () => act(mine ? "release" : "claim") },
      });
  return claim || button ? el("span", { class: "ss-claim-line" }, claim, button) : null;
}

/** Return the warning for a transcript that another person has claimed; empty if none has. */
export function claimWarning(recording, t) {
  const other = recording?.claimed_by;
  return other && other !== myName() ? t("people.claimed_warning", { name: other }) : "";
}
