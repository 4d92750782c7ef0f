/** What a view shows, apart from the pixels. */

import type { Problem } from "../shell/problem";
import type { Colormap } from "./colors";
import { clamp, type View } from "./geometry";
import { depth, type Line, type Point, type Region, type Size, type Source, type Tool, type Window } from "./types";

export interface State {
  readonly source: Source;
  readonly axis: number;
  readonly index: number;
  /** null: the whole slice, however large the canvas is. */
  readonly view: View | null;
  readonly size: Size;
  /** null until its values are known. */
  readonly window: Window | null;
  /** What the window is taken from; null where it was given as values. */
  readonly percentiles: Window | null;
  /** The window stays from slice to slice. */
  readonly isLocked: boolean;
  readonly colormap: Colormap;
  readonly tool: Tool;
  readonly line: Line | null;
  readonly region: Region | null;
  readonly pointer: Point | null;
  readonly isPlaying: boolean;
  /** Slices a second. */
  readonly rate: number;
  readonly problem: Problem | null;
}

export interface Start {
  readonly axis?: number;
  readonly index?: number;
  readonly window?: Window;
  readonly colormap?: Colormap;
}

/** The middle slice as a whole, with the window that is given or that percentiles give. */
export function initial(source: Source, { axis = 0, index, window, colormap = "gray" }: Start): State {
  return {
    source,
    axis,
    index: clamp(index ?? Math.floor(depth(source, axis) / 2), 0, depth(source, axis) - 1),
    view: null,
    size: { width: 0, height: 0 },
    window: window ?? null,
    percentiles: window === undefined ? [0.5, 99.5] : null,
    isLocked: true,
    colormap,
    tool: "pan",
    line: null,
    region: null,
    pointer: null,
    isPlaying: false,
    rate: 10,
    problem: null,
  };
}
