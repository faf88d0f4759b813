// The message of a refused request in the language of the page.

import { Refused } from "./server.js";

export function refusalText(refusal, t) {
  if (!(refusal instanceof Refused)) return t("view.offline");
  const { key, values, message } = refusal.body;
  const text = key === undefined ? key : t(key, values);
  return text === key ? (message ?? t("review.refused")) : text; // `t` returns a key without text unchanged
}
