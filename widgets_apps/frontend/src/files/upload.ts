/** An upload in pieces, which goes on where it stopped: after a lost connection by itself, later by choosing it again. */

import { type Channel, Lost } from "../channel";

const CHUNK = 4_000_000;

export interface UploadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (sent: number) => void;
}

/** Send a file into a folder; gives its path there. Rejects with the server's words, or AbortError. */
export async function upload(channel: Channel, folder: string, file: File, options: UploadOptions = {}): Promise<string> {
  for (;;) {
    try {
      return await attempt(channel, folder, file, options);
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      await reopened(channel, options.signal);
    }
  }
}

async function attempt(channel: Channel, folder: string, file: File, options: UploadOptions): Promise<string> {
  const { signal, onProgress } = options;
  const begun = await channel.request<{ upload: string; offset: number }>("files.upload_begin", {
    folder,
    name: file.name,
    size: file.size,
    key: fingerprint(file),
  });
  const id = begun.result.upload;
  let offset = begun.result.offset;
  onProgress?.(offset);
  while (offset < file.size) {
    signal?.throwIfAborted();
    const chunk = await file.slice(offset, offset + CHUNK).arrayBuffer();
    const sent = await channel.request<{ offset: number }>("files.upload_chunk", { upload: id, offset }, { buffers: [chunk] });
    offset = sent.result.offset;
    onProgress?.(offset);
  }
  const ended = await channel.request<{ path: string }>("files.upload_end", { upload: id });
  return ended.result.path;
}

/** Tells a file from others of its name: FNV-1a over name, size and time. Web pages without TLS have no SHA. */
export function fingerprint(file: Pick<File, "name" | "size" | "lastModified">): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(`${file.name}|${file.size}|${file.lastModified}`)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

function reopened(channel: Channel, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (channel.state === "open") return resolve();
    const forget = channel.onState((state) => {
      if (state !== "open") return;
      forget();
      resolve();
    });
    signal?.addEventListener("abort", () => {
      forget();
      reject(signal.reason);
    });
  });
}
