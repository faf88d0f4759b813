// Who works on a recording: said to others, and locking nobody out.

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

/** The line of the list that says who works on a recording; a button beside it for the open one. */
export function claimLine(recording, t, { isOpen }) {
  const mine = recording.claimed_by !== null && recording.claimed_by === myName();
  const said =
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
  return said || button ? el("span", { class: "ss-claim-line" }, said, button) : null;
}

/** The sentence above a transcript that somebody else works on; empty where nobody does. */
export function claimWarning(recording, t) {
  const other = recording?.claimed_by;
  return other && other !== myName() ? t("people.claimed_warning", { name: other }) : "";
}
