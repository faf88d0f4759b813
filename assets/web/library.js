// The list of recordings, with the progress of those that are at work.

import { clock } from "./clock.js";
import { el, icon } from "./dom.js";
import { loadTexts } from "./language.js";
import { send } from "./server.js";
import { session } from "./session.js";
import { runText } from "./job_panel.js";

/** @param {{element: HTMLElement, props: {value: any}, watch: Function}} host what Gradio hands to a component's script */
export async function mountLibrary({ element, props, watch }) {
  const t = await loadTexts();
  const notice = el("div", { class: "ss-notice", role: "status" });
  const list = el("ul", { class: "ss-list" });
  const root = el("section", { class: "ss", "aria-label": t("list.title") },
    notice, el("h2", { class: "ss-heading", text: t("list.title") }), list);
  element.querySelector(".ss-mount").replaceChildren(root);

  const draw = () => list.replaceChildren(...rows(t));
  session.addEventListener("recordings", draw);
  session.addEventListener("open", draw);
  const obey = () => {
    const message = props.value ?? {};
    notice.textContent = message.notice ? t(message.notice) : "";
    if (message.open) session.open(message.open);
    session.refresh();
  };
  watch("value", obey);
  session.start();
  draw();
  if (props.value) obey();
}

function rows(t) {
  if (session.recordings === null) return [el("li", { class: "ss-quiet", text: t("list.loading") })];
  if (session.recordings.length === 0) return [el("li", { class: "ss-quiet", text: t("list.empty") })];
  return session.recordings.map((recording) => row(recording, t));
}

function row(recording, t) {
  const isOpen = recording.id === session.openId;
  return el("li", { class: isOpen ? "ss-item ss-open" : "ss-item", dataset: { id: recording.id } },
    el("button", {
      class: "ss-item-main", type: "button", "aria-current": isOpen ? "true" : null,
      on: { click: () => session.open(recording.id) },
    },
    el("span", { class: "ss-item-title", text: recording.title, title: recording.title }),
    el("span", { class: "ss-item-state", text: stateText(recording, t) }),
    progressLine(recording)),
    el("button", {
      class: "ss-icon-button ss-item-delete", type: "button", title: t("list.delete"),
      "aria-label": `${t("list.delete")}: ${recording.title}`,
      on: { click: () => remove(recording, t) },
    }, icon("trash")));
}

function stateText(recording, t) {
  const { run } = recording;
  if (run && run.state !== "done") return runText(run, t);
  const length = clock(recording.duration_ms);
  return recording.num_speakers === null ? `${length} · ${t("state.none")}`
    : t(recording.num_speakers === 1 ? "view.meta_one" : "view.meta",
      { duration: length, speakers: recording.num_speakers, sentences: recording.num_sentences });
}

function progressLine(recording) {
  if (recording.run?.state !== "running") return null;
  return el("span", { class: "ss-line" },
    el("span", { class: "ss-line-done", style: { width: `${100 * recording.run.fraction}%` } }));
}

async function remove(recording, t) {
  if (!window.confirm(t("list.delete_confirm", { title: recording.title }))) return;
  await send("DELETE", `recordings/${recording.id}`).catch(() => {});
  if (session.openId === recording.id) session.open(null);
  session.refresh();
}
