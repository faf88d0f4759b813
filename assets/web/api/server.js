// Talks to the routes of the app; knows where it is mounted.

const root = () => window.gradio_config?.root ?? "";

export const urlOf = (path) => `${root()}/studio/${path}`;

/** The server answered, and the answer is no. */
export class Refused extends Error {
  constructor(status, code, body = {}) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

const NAME = "speaker-studio:name"; // written by visit.js
const NOT_LOGGED_IN = 401;

/** Fires "over" when the login is over, and "back" when somebody has logged in again. */
export const login = new EventTarget();

async function answerOf(response) {
  if (response.status === NOT_LOGGED_IN) {
    login.dispatchEvent(new Event("over"));
    throw new Error("login"); // not Refused: what was to be sent is kept, and tried again
  }
  const body = await response.json(); // throws where it broke off, and where it is not ours: a hotel's login page, a proxy's refusal
  if (!response.ok && typeof body?.error !== "string")
    throw new Error(`somebody else answered ${response.status}`);
  login.dispatchEvent(new Event("back"));
  if (!response.ok) throw new Refused(response.status, body.error, body);
  return body;
}

export async function getJson(path, { signal } = {}) {
  return answerOf(await fetch(urlOf(path), { signal, headers: { accept: "application/json" } }));
}

export async function getBytes(path, { signal } = {}) {
  const response = await fetch(urlOf(path), { signal });
  if (!response.ok) throw new Refused(response.status, "unknown");
  return new Uint8Array(await response.arrayBuffer());
}

/** Everything that is sent says who does it; where people log in the server knows better. */
export async function sendJson(method, path, content) {
  const body = JSON.stringify({ author: localStorage.getItem(NAME) ?? "", ...content });
  return answerOf(
    await fetch(urlOf(path), { method, headers: { "content-type": "application/json" }, body }),
  );
}

export const send = (method, path) => sendJson(method, path, {});
