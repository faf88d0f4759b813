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

async function answerOf(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, body.error ?? "unknown", body);
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

export async function sendJson(method, path, content) {
  return answerOf(await fetch(urlOf(path), { method, headers: { "content-type": "application/json" }, body: JSON.stringify(content) }));
}

export const send = (method, path) => sendJson(method, path, {});
