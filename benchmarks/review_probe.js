// Measuring script, loaded before a page's own scripts; it records event times by the page's clock.

window.probe = {
  sounds: [],
  saved: [],
  notices: [],
  edits: [],
  frames: [],
  keyAt: 0,
  clickAt: 0,
  pointerAt: 0,
  listAt: null,
  stoppedAt: null,
};

{
  const { probe } = window;
  const PlainAudio = window.Audio;
  window.Audio = function Audio(...given) {
    const sound = new PlainAudio(...given);
    probe.sounds.push(sound);
    sound.addEventListener("pause", () => {
      probe.stoppedAt = sound.currentTime;
    });
    return sound;
  };

  window.addEventListener(
    "keydown",
    (event) => {
      probe.keyAt = event.timeStamp;
    },
    true,
  );
  window.addEventListener(
    "pointerdown",
    (event) => {
      probe.pointerAt = event.timeStamp;
    },
    true,
  );
  window.addEventListener(
    "pointerup",
    (event) => {
      probe.clickAt = event.timeStamp;
    },
    true,
  );

  const plainFetch = window.fetch;
  window.fetch = async (...given) => {
    const answer = await plainFetch(...given);
    if (given[1]?.method === "POST" && String(given[0]).endsWith("/edits")) {
      const { client_edit_id: id, kind } = JSON.parse(given[1].body);
      probe.edits.push({ id, kind, status: answer.status });
    }
    return answer;
  };

  const watch = () => {
    const sign = document.querySelector(".ss-saved");
    const notice = document.querySelector(".ss-notice");
    let wasSaved = true;
    new MutationObserver(() => {
      const isSaved = sign.dataset.state === "saved";
      if (isSaved && !wasSaved) probe.saved.push(performance.now() - probe.keyAt);
      wasSaved = isSaved;
    }).observe(sign, { attributes: true, attributeFilter: ["data-state"] });
    new MutationObserver(() => {
      if (notice.textContent !== "") probe.notices.push(notice.textContent);
    }).observe(notice, { childList: true });
    const added = new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const each of addedNodes) probe.notices.push(each.textContent);
    });
    for (const board of document.querySelectorAll(".ss-conflicts, .ss-unstored"))
      added.observe(board, { childList: true });
  };
  const waiting = new MutationObserver(() => {
    if (document.querySelector(".ss-editor .ss-row") === null) return;
    waiting.disconnect();
    probe.mountedAt = performance.now();
    watch();
    // Two frames later the rows are on the screen.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        probe.listAt = performance.now();
      }),
    );
  });
  waiting.observe(document, { childList: true, subtree: true });

  /** Scrolls the list from top to bottom; resolves to the milliseconds between frames. */
  probe.scroll = (seconds) =>
    new Promise((resolve) => {
      const list = document.querySelector(".ss-rows");
      const step = list.scrollHeight / (seconds * 60);
      const frames = [];
      let last = null;
      const next = (now) => {
        if (last !== null) frames.push(now - last);
        last = now;
        list.scrollTop += step;
        if (list.scrollTop + list.clientHeight < list.scrollHeight - 1) requestAnimationFrame(next);
        else resolve(frames);
      };
      list.scrollTop = 0;
      requestAnimationFrame(next);
    });

  /** Connects an analyser to the output of the page's audio player. */
  probe.listen = async () => {
    if (probe.ear) return;
    const [sound] = probe.sounds.slice(-1);
    const context = new AudioContext();
    const ear = context.createAnalyser();
    ear.fftSize = 4096;
    context.createMediaElementSource(sound).connect(ear);
    ear.connect(context.destination);
    probe.ear = { ear, sound, context };
    await context.resume();
  };

  const heard = (samples) => {
    probe.ear.ear.getFloatTimeDomainData(samples);
    return samples;
  };

  /** Milliseconds from the last click to the first sound; null after five seconds of silence. */
  probe.untilSound = () =>
    new Promise((resolve) => {
      const samples = new Float32Array(256);
      const { ear } = probe.ear;
      ear.fftSize = 256;
      const began = performance.now();
      const timer = setInterval(() => {
        const isLoud = heard(samples).some((each) => Math.abs(each) > 0.02);
        if (!isLoud && performance.now() - began < 5_000) return;
        clearInterval(timer);
        resolve(isLoud ? performance.now() - probe.clickAt : null);
      }, 2);
    });

  /** Returns the samples playing now, their rate in Hz, and the player's time in seconds. */
  probe.excerpt = () => {
    const { ear, sound, context } = probe.ear;
    ear.fftSize = 4096;
    const samples = heard(new Float32Array(4096));
    return { seconds: sound.currentTime, rate: context.sampleRate, samples: [...samples] };
  };
}
