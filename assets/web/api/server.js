// Requests to the routes of the app, below the path that it is mounted at.

/**
 * @import { Answer, Refusal } from "./payloads.d.ts"
 */

const root = () => window.gradio_config?.root ?? "";

export const urlOf = (path) => `${root()}/studio/${path}`;

/** An answer of the server with an error status. */
export class Refused extends Error {
  /**
   * @param {number} status HTTP status
   * @param {string} code kind of refusal, such as "stale"
   * @param {Refusal} body
   */
  constructor(status, code, body = {}) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

const NAME = "speaker-studio:name"; // written by visit.js
const NOT_LOGGED_IN = 401;

/** Fires "over" when the login has expired, and "back" after the first answer with a valid login. */
export const login = new EventTarget();

/**
 * Return the body of an answer.
 * @param {Response} response
 * @throws {Refused} if the app refuses the request
 * @throws {Error} if the login has expired, the body is incomplete, or another program answered
 */
async function answerOf(response) {
  if (response.status === NOT_LOGGED_IN) {
    login.dispatchEvent(new Event("over"));
    throw new Error("login"); // not Refused, so that queued edits are kept and sent again
  }
  // Fails for an incomplete body and for pages of others, such as a proxy or a captive portal.
  const body = await response.json();
  if (!response.ok && typeof body?.error !== "string")
    throw new Error(`another program answered ${response.status}`);
  login.dispatchEvent(new Event("back"));
  if (!response.ok) throw new Refused(response.status, body.error, body);
  return body;
}

/**
 * Return what a route answers.
 * @template {string} Path
 * @param {Path} path below `/studio/`
 * @param {{signal?: AbortSignal}} options
 * @returns {Promise<Answer<Path>>}
 */
export async function getJson(path, { signal } = {}) {
  return answerOf(await fetch(urlOf(path), { signal, headers: { accept: "application/json" } }));
}

/**
 * @param {string} path
 * @param {{signal?: AbortSignal}} options
 */
export async function getBytes(path, { signal } = {}) {
  const response = await fetch(urlOf(path), { signal });
  if (!response.ok) throw new Refused(response.status, "unknown");
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Send JSON with the author's name, and return the answer. With logins the server replaces the name.
 * @template {string} Path
 * @param {string} method
 * @param {Path} path
 * @param {object} content
 * @returns {Promise<Answer<Path>>}
 */
export async function sendJson(method, path, content) {
  const body = JSON.stringify({ author: localStorage.getItem(NAME) ?? "", ...content });
  return answerOf(
    await fetch(urlOf(path), { method, headers: { "content-type": "application/json" }, body }),
  );
}

/**
 * @param {string} method
 * @param {string} path
 */
export const send = (method, path) => sendJson(method, path, {});
