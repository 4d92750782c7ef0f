/** A wire over a WebSocket that comes back by itself. */

import type { Header, Wire, WireState } from "./channel";

const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

export interface SocketOptions {
  /** Asks whether the server was stopped, after the socket was lost; its answer ends the attempts. */
  readonly wasStopped?: () => Promise<boolean>;
  readonly open?: (url: string) => WebSocket;
}

/** One binary frame: length of the header (uint32, little endian), the header (JSON), the buffers. */
export function encode(header: Header, buffers: readonly ArrayBuffer[]): ArrayBuffer {
  const lengths = buffers.map((buffer) => buffer.byteLength);
  const text = new TextEncoder().encode(JSON.stringify({ ...header, buffers: lengths }));
  const frame = new Uint8Array(4 + text.length + lengths.reduce((sum, length) => sum + length, 0));
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, 4);
  let offset = 4 + text.length;
  for (const buffer of buffers) {
    frame.set(new Uint8Array(buffer), offset);
    offset += buffer.byteLength;
  }
  return frame.buffer;
}

export function decode(frame: ArrayBuffer): { header: Header; buffers: DataView[] } {
  const length = new DataView(frame).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, length))) as Header;
  let offset = 4 + length;
  const buffers = (header["buffers"] as number[]).map((size) => {
    const view = new DataView(frame, offset, size);
    offset += size;
    return view;
  });
  return { header, buffers };
}

export function socketWire(url: string, options: SocketOptions = {}): Wire {
  let take: (header: Header, buffers: DataView[]) => void = () => undefined;
  let tell: (state: WireState) => void = () => undefined;
  let socket: WebSocket;
  let wait = FIRST_WAIT;
  let unsent: ArrayBuffer[] = [];

  function connect(): void {
    socket = options.open?.(url) ?? new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      wait = FIRST_WAIT;
      tell("open");
      unsent.forEach((frame) => socket.send(frame));
      unsent = [];
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      const { header, buffers } = decode(event.data);
      take(header, buffers);
    };
    socket.onclose = () => void lost();
  }

  async function lost(): Promise<void> {
    unsent = [];
    tell("lost");
    if (await options.wasStopped?.().catch(() => false)) tell("ended");
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  // After the page that made the wire has named its handlers.
  queueMicrotask(connect);
  return {
    send(header, buffers) {
      const frame = encode(header, buffers);
      if (socket?.readyState === WebSocket.OPEN) socket.send(frame);
      else unsent.push(frame);
    },
    onMessage: (handler) => void (take = handler),
    onState: (handler) => void (tell = handler),
  };
}
