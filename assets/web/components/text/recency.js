// Groups of recordings by the day on which they were added.

const DAY_MS = 86_400_000;

/** @returns the midnight before a time, in this browser's time zone */
function midnight(time) {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate());
}

/**
 * Return the group of a time: "today", "yesterday", "week" (since Monday) or "earlier".
 * @param {Date} time
 * @param {Date} now
 */
export function recencyOf(time, now) {
  const today = midnight(now);
  const days = Math.round((today.getTime() - midnight(time).getTime()) / DAY_MS);
  if (days <= 0) return "today";
  if (days === 1) return "yesterday";
  return days <= (today.getDay() + 6) % 7 ? "week" : "earlier";
}

/**
 * Return the recordings in groups, in their order, without empty groups.
 * @template {{added_at: string}} R
 * @param {R[]} recordings the newest first
 * @param {Date} now
 * @returns {{group: string, recordings: R[]}[]}
 */
export function byRecency(recordings, now) {
  const groups = [];
  for (const recording of recordings) {
    const group = recencyOf(new Date(recording.added_at), now);
    if (groups.at(-1)?.group !== group) groups.push({ group, recordings: [] });
    groups.at(-1).recordings.push(recording);
  }
  return groups;
}
