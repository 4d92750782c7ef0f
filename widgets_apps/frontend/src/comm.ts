/** A wire over an anywidget's model: a notebook's own way to its kernel. */

import type { Header, Wire } from "./channel";

/** What is used of the model that anywidget gives. */
export interface WidgetModel {
  get(name: string): unknown;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(event: "msg:custom", handler: (content: unknown, buffers: DataView[]) => void): void;
  off(event: "msg:custom", handler?: (content: unknown, buffers: DataView[]) => void): void;
}

export function commWire(model: WidgetModel): Wire {
  return {
    send: (header, buffers) => model.send(header, undefined, [...buffers]),
    onMessage: (handler) => model.on("msg:custom", (content, buffers) => handler(content as Header, buffers)),
    onState: (handler) => queueMicrotask(() => handler("open")),
  };
}
