// Plays the turns of a report, and shows its date in the reader's time zone.
// This script is also written into the HTML file of a transcript, so it imports nothing.

const language = document.documentElement.lang;
for (const time of document.querySelectorAll("time[datetime]"))
  time.textContent = new Intl.DateTimeFormat(language, {
    dateStyle: "long",
    timeStyle: "short",
  }).format(new Date(time.getAttribute("datetime")));

const audio = document.querySelector("audio");
if (audio) playTurns(audio, document.querySelectorAll(".rp-turn span[data-start]"));

/**
 * @param {HTMLAudioElement} player
 * @param {NodeListOf<HTMLElement>} spans sentences in order of their starts
 */
function playTurns(player, spans) {
  const sentences = [...spans];
  const starts = sentences.map((each) => Number(each.dataset.start));
  let current = null;
  document.querySelector(".rp-transcript").addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target).closest("[data-start]");
    if (!target || String(window.getSelection())) return; // the reader marks text
    const sentence = /** @type {HTMLElement} */ (target);
    mark(sentence); // at once: a slow connection reports no time until the sound is there
    player.currentTime = Number(sentence.dataset.start) / 1000;
    player.play();
  });
  player.addEventListener("timeupdate", () => {
    if (player.seeking) return;
    const ms = player.currentTime * 1000;
    const found = sentences[starts.findLastIndex((start) => start <= ms)];
    mark(found && ms < Number(found.dataset.end) ? found : null);
    if (!player.paused) current?.scrollIntoView({ block: "nearest" });
  });

  function mark(sentence) {
    if (sentence === current) return;
    current?.removeAttribute("aria-current");
    current = sentence;
    current?.setAttribute("aria-current", "true");
  }
}
