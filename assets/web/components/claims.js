// Claims: who works on a recording. A claim informs others and locks nothing.

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

const isMine = ({ claimed_by: name }) => name !== null && name === myName();

/** Return who has claimed a recording; empty if nobody has. */
export function claimText(recording, t) {
  if (recording.claimed_by === null) return "";
  return isMine(recording)
    ? t("people.claimed_by_me")
    : t("people.claimed_by", { name: recording.claimed_by });
}

/** Return the menu item that claims or releases a recording, in a list; empty without a name. */
export function claimAction(recording, t) {
  if (!recording.can_edit || visit.mode === "demo" || !myName()) return [];
  const mine = isMine(recording);
  return [
    {
      text: t(mine ? "people.release" : "people.claim"),
      icon: "user-check",
      action: "claim",
      act: async () => {
        const path = `recordings/${recording.id}/${mine ? "release" : "claim"}`;
        await sendJson("POST", path, {}).catch(() => {});
        session.refresh();
      },
    },
  ];
}

/** Return the warning for a transcript that another person has claimed; empty if none has. */
export function claimWarning(recording, t) {
  const other = recording?.claimed_by;
  return other && other !== myName() ? t("people.claimed_warning", { name: other }) : "";
}
