// The page of a shared transcript: read and play, without editing.

const [, root, token] = window.location.pathname.match(/^(.*)\/studio\/shared\/([\w-]+)$/);
window.gradio_config = { root }; // read by api/server.js

const { clock } = await import("./components/text/time_format.js");
const { el } = await import("./components/dom.js");
const { currentLanguage, loadTexts } = await import("./components/text/language.js");
const { getJson, urlOf } = await import("./api/server.js");
const { speakerColors, speakerName } = await import("./components/speakers/speaker_colors.js");

const place = document.getElementById("shared");
const t = await loadTexts();
document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
try {
  show(await getJson(`shared/${token}/transcript`));
} catch {
  place.replaceChildren(
    el("h1", { text: t("app.name") }),
    el("p", { role: "alert", text: t("share.gone") }),
  );
}

function show({ title, speakers, sentences }) {
  document.title = title;
  const audio = el("audio", {
    controls: true,
    preload: "metadata",
    src: urlOf(`shared/${token}/audio`),
  });
  const colorOf = speakerColors(speakers.map((_, i) => i));
  const names = speakers.map((each) => speakerName(each, t));
  let current = null;
  const mark = (row) => {
    if (row === current) return;
    current?.removeAttribute("aria-current");
    current = row;
    current?.setAttribute("aria-current", "true");
  };
  const play = (row, start_ms) => {
    mark(row); // at once: a slow connection reports no time until the sound is there
    audio.currentTime = start_ms / 1000;
    audio.play();
  };
  const rows = sentences.map((each) => rowOf(each, names, colorOf, play));
  audio.addEventListener("timeupdate", () => {
    if (audio.seeking) return;
    const ms = audio.currentTime * 1000;
    const at = sentences.findLastIndex((each) => each.start_ms <= ms && ms < each.end_ms);
    mark(rows[at] ?? null);
    if (!audio.paused) current?.scrollIntoView({ block: "nearest" });
  });
  place.replaceChildren(
    el(
      "header",
      { class: "ss-shared-head" },
      el("h1", { text: title, dir: "auto" }),
      el(
        "div",
        { class: "ss-shared-facts" },
        el("span", { class: "ss-quiet ss-small", text: t("share.read_only") }),
        el("a", { class: "ss-button", href: urlOf(`shared/${token}/report`) }, t("report.open")),
      ),
      audio,
    ),
    el("ul", { class: "ss-shared-list" }, ...rows.map((each) => el("li", {}, each))),
  );
}

function rowOf({ start_ms, speaker, text }, names, colorOf, play) {
  const row = el(
    "button",
    {
      class: "ss-shared-row",
      type: "button",
      on: {
        click: () => play(row, start_ms),
      },
    },
    el("time", { class: "ss-quiet", text: clock(start_ms) }),
    el("span", {
      class: "ss-shared-speaker",
      style: colorOf(speaker).style,
      text: names[speaker] ?? "",
      dir: "auto",
    }),
    el("span", { text, dir: "auto" }),
  );
  return row;
}
