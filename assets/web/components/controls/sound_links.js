// Links to the sound of the selected sentences and of each speaker: one file, or a zip of clips.

/**
 * @import { Speaker } from "../../api/payloads.d.ts"
 * @import { Translate } from "../../types.d.ts"
 */

import { el } from "../dom.js";
import { speakerName } from "../speakers/speaker_colors.js";
import { urlOf } from "../../api/server.js";

const FORMS = ["wav", "zip"];
const MOST_SENTENCES = 1000; // as the route accepts

/**
 * Return the part of the export menu with the links.
 * @param {{transcriptId: string, speakers: Speaker[], ids: string[]}} choice `ids` are selected
 * @param {Translate} t
 * @returns {HTMLElement}
 */
export function soundLinks({ transcriptId, speakers, ids }, t) {
  const selected =
    ids.length > 0 && ids.length <= MOST_SENTENCES
      ? [
          line(
            t(ids.length === 1 ? "sound.selected_one" : "sound.selected", { count: ids.length }),
            (form) => `transcripts/${transcriptId}/sound/${form}?ids=${ids.join(",")}`,
            t,
          ),
        ]
      : [];
  const spoken = speakers.map((each) =>
    line(
      speakerName(each, t),
      (form) => `transcripts/${transcriptId}/speakers/${each.id}/sound/${form}`,
      t,
    ),
  );
  return el(
    "section",
    { class: "ss-sound-links" },
    el("h3", { class: "ss-heading", text: t("sound.title") }),
    el("ul", {}, ...selected, ...spoken),
  );
}

/**
 * @param {string} name
 * @param {(form: string) => string} pathOf
 * @param {Translate} t
 */
function line(name, pathOf, t) {
  return el(
    "li",
    {},
    el("span", { class: "ss-sound-name", text: name, dir: "auto" }),
    ...FORMS.map((form) =>
      el(
        "a",
        {
          download: true,
          href: urlOf(pathOf(form)),
          title: t(`sound.${form}`),
          "aria-label": `${name} · ${t(`sound.${form}`)}`,
        },
        `.${form}`,
      ),
    ),
  );
}
