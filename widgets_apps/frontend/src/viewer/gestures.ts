/** Pointer, wheel and keys on the canvas of a view. */

import type { Engine } from "./engine";
import { between, onto, toImage } from "./geometry";
import type { Point, Tool } from "./types";

const WHEEL = 1.0015; // zoom of one pixel of the wheel: a notch of 100 is 16 percent
const PAN = 40; // CSS pixels of a key

type Drag = (event: PointerEvent, right: number, down: number) => void;

/** Listen on `canvas` until the returned function is called. */
export function listen(canvas: HTMLCanvasElement, engine: Engine): () => void {
  let drag: Drag | null = null;
  let last = { x: 0, y: 0 };
  const handlers = {
    pointerdown(event: PointerEvent): void {
      canvas.setPointerCapture(event.pointerId);
      last = { x: event.clientX, y: event.clientY };
      drag = started(engine, canvas, event);
    },
    pointermove(event: PointerEvent): void {
      const place = { x: event.clientX, y: event.clientY };
      drag?.(event, place.x - last.x, place.y - last.y);
      last = place;
      engine.point(onCanvas(canvas, event));
    },
    pointerup: (): void => void (drag = null),
    pointercancel: (): void => void (drag = null),
    pointerleave: (): void => engine.point(null),
    contextmenu: (event: Event): void => event.preventDefault(),
    wheel(event: WheelEvent): void {
      event.preventDefault();
      const { x, y } = onCanvas(canvas, event);
      engine.zoom(WHEEL ** -(event.deltaY * (event.deltaMode === 0 ? 1 : 33)), x, y);
    },
    keydown(event: KeyboardEvent): void {
      if (!pressed(engine, event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
  for (const [name, handler] of Object.entries(handlers)) {
    canvas.addEventListener(name, handler as EventListener, { passive: false });
  }
  return () => {
    for (const [name, handler] of Object.entries(handlers)) canvas.removeEventListener(name, handler as EventListener);
  };
}

/** What a drag does: the right button and Shift change the window, the middle one pans, else the tool decides. */
function started(engine: Engine, canvas: HTMLCanvasElement, event: PointerEvent): Drag {
  const isWindow = event.button === 2 || event.shiftKey;
  const tool: Tool = isWindow ? "window" : event.button === 1 ? "pan" : engine.state.tool;
  if (tool === "window") return (_, right, down) => engine.dragWindow(right, down);
  if (tool === "pan") return (_, right, down) => engine.pan(right * ratio(canvas), down * ratio(canvas));
  const start = place(engine, canvas, event);
  return (moved) => {
    const end = place(engine, canvas, moved);
    if (tool === "line") engine.store.set({ line: { start, end } });
    else engine.store.set({ region: between(start, end, engine.shape) });
  };
}

function place(engine: Engine, canvas: HTMLCanvasElement, event: PointerEvent): Point {
  const { x, y } = onCanvas(canvas, event);
  return onto(toImage(engine.view, engine.state.size, x, y), engine.shape);
}

/** Where an event lies on the canvas, in device pixels. */
function onCanvas(canvas: HTMLCanvasElement, event: MouseEvent): { readonly x: number; readonly y: number } {
  const box = canvas.getBoundingClientRect();
  return { x: (event.clientX - box.left) * ratio(canvas), y: (event.clientY - box.top) * ratio(canvas) };
}

function ratio(canvas: HTMLCanvasElement): number {
  return canvas.clientWidth > 0 ? canvas.width / canvas.clientWidth : 1;
}

/** True where the key means something here. */
function pressed(engine: Engine, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const act = event.shiftKey ? shifted[event.key] : plain[event.key];
  act?.(engine);
  return act !== undefined;
}

const zoomKeys: Readonly<Record<string, (engine: Engine) => void>> = {
  "+": (engine) => engine.zoom(1.25),
  "=": (engine) => engine.zoom(1.25),
  "-": (engine) => engine.zoom(0.8),
  _: (engine) => engine.zoom(0.8),
};

const plain: Readonly<Record<string, (engine: Engine) => void>> = {
  ...zoomKeys,
  ArrowRight: (engine) => engine.step(1),
  ArrowUp: (engine) => engine.step(1),
  ArrowLeft: (engine) => engine.step(-1),
  ArrowDown: (engine) => engine.step(-1),
  PageUp: (engine) => engine.step(10),
  PageDown: (engine) => engine.step(-10),
  Home: (engine) => engine.setIndex(0),
  End: (engine) => engine.setIndex(Number.MAX_SAFE_INTEGER),
  "0": (engine) => engine.fit(),
  "1": (engine) => engine.oneToOne(),
  " ": (engine) => engine.play(!engine.state.isPlaying),
};

const shifted: Readonly<Record<string, (engine: Engine) => void>> = {
  ...zoomKeys,
  ArrowRight: (engine) => engine.pan(-PAN, 0),
  ArrowLeft: (engine) => engine.pan(PAN, 0),
  ArrowDown: (engine) => engine.pan(0, -PAN),
  ArrowUp: (engine) => engine.pan(0, PAN),
};
