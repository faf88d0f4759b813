// Times as text, and text as times.

/** Return milliseconds as clock time: 65_000 -> "1:05", 3_661_000 -> "1:01:01". */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Return milliseconds as clock time with tenths of a second, rounded: 65_460 -> "1:05.5". */
export function clockTenths(ms) {
  const tenths = Math.round(ms / 100);
  return `${clock(tenths * 100)}.${tenths % 10}`;
}

/** Return a duration in seconds with one decimal: 4_480 -> "4.5". */
export function secondsTenths(ms) {
  return (Math.round(ms / 100) / 10).toFixed(1);
}

/**
 * Return a duration in words: in seconds below 90 s, else in minutes, with hours above 60.
 * @param {number} ms
 * @param {import("../../types.d.ts").Translate} t
 */
export function durationText(ms, t) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return t("time.seconds", { seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("time.minutes", { minutes });
  return t("time.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

const TYPED = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)$/;

/**
 * Return the milliseconds of a typed time such as "12:47.3", "1:02:03" or "767.3"; null if it is
 * none. Full-width digits and colons, as Chinese input methods type them, are read as well.
 */
export function parseClock(text) {
  const typed = text.normalize("NFKC").replace(/\s+/g, "").replace(/。/g, ".");
  const parts = TYPED.exec(typed);
  if (parts === null) return null;
  const [, hours, minutes, seconds] = parts;
  if (minutes !== undefined && Number(seconds) >= 60) return null;
  if (hours !== undefined && Number(minutes) >= 60) return null;
  return Math.round(
    1000 * (3600 * Number(hours ?? 0) + 60 * Number(minutes ?? 0) + Number(seconds)),
  );
}
