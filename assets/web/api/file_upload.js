// Uploads one file with progress.

import { Refused } from "./server.js";

const root = () => window.gradio_config?.root ?? "";

/**
 * Upload a file and resolve to its path on the server.
 * @param {Blob} file
 * @param {string} name
 * @param {{onProgress: (fraction: number) => void, signal: AbortSignal}} options
 * @returns {Promise<string>}
 * @throws {Refused} if the server refuses the file
 */
export function uploadFile(file, name, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${root()}/gradio_api/upload`);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("load", () => {
      const path = request.response?.[0];
      if (request.status === 200 && typeof path === "string") resolve(path);
      else reject(new Refused(request.status, "upload", request.response ?? {}));
    });
    request.addEventListener("error", () => reject(new Error("connection lost")));
    request.addEventListener("abort", () => reject(new Error("aborted")));
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("files", file, name);
    request.send(form);
  });
}
