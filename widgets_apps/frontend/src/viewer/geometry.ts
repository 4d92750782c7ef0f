/** Zoom and pan: where a point of the slice lies on the canvas, and which part of the slice is seen. */

import type { Line, Point, Region, Shape, Size } from "./types";

/** The place in the middle of the canvas, and the device pixels that one pixel of the slice takes. */
export interface View {
  readonly row: number;
  readonly column: number;
  readonly scale: number;
}

const LARGEST_SCALE = 64;

/** The whole slice, as large as it goes. */
export function fitted([rows, columns]: Shape, { width, height }: Size): View {
  const scale = Math.min(width / columns, height / rows, LARGEST_SCALE);
  return { row: rows / 2, column: columns / 2, scale };
}

export function toImage(view: View, size: Size, x: number, y: number): Point {
  return { row: view.row + (y - size.height / 2) / view.scale, column: view.column + (x - size.width / 2) / view.scale };
}

export function toCanvas(view: View, size: Size, { row, column }: Point): { readonly x: number; readonly y: number } {
  return { x: (column - view.column) * view.scale + size.width / 2, y: (row - view.row) * view.scale + size.height / 2 };
}

/** Larger by `factor`, with the point under (x, y) where it is; not smaller than a fourth of the fitted view. */
export function zoomed(view: View, size: Size, shape: Shape, x: number, y: number, factor: number): View {
  const least = Math.min(fitted(shape, size).scale / 4, 1);
  const scale = Math.min(Math.max(view.scale * factor, least), LARGEST_SCALE);
  const { row, column } = toImage(view, size, x, y);
  const [right, down] = [x - size.width / 2, y - size.height / 2];
  return kept({ row: row - down / scale, column: column - right / scale, scale }, shape);
}

/** Moved with the pointer, by device pixels. */
export function panned(view: View, shape: Shape, right: number, down: number): View {
  return kept({ ...view, row: view.row - down / view.scale, column: view.column - right / view.scale }, shape);
}

/** The middle of the canvas stays on the slice, so that it cannot be lost. */
function kept(view: View, [rows, columns]: Shape): View {
  return { ...view, row: clamp(view.row, 0, rows), column: clamp(view.column, 0, columns) };
}

/** The pixels of the slice that are seen at least in part; null where none is. */
export function visible(view: View, size: Size, [rows, columns]: Shape): Region | null {
  const first = toImage(view, size, 0, 0);
  const last = toImage(view, size, size.width, size.height);
  const region: Region = [
    clamp(Math.floor(first.row), 0, rows),
    clamp(Math.ceil(last.row), 0, rows),
    clamp(Math.floor(first.column), 0, columns),
    clamp(Math.ceil(last.column), 0, columns),
  ];
  return region[1] > region[0] && region[3] > region[2] ? region : null;
}

/** Rows and columns that a region needs on the canvas; never more than it has. */
export function pixels([r0, r1, c0, c1]: Region, scale: number): readonly [number, number] {
  const few = (many: number): number => Math.max(1, Math.min(many, Math.ceil(many * scale - 1e-6)));
  return [few(r1 - r0), few(c1 - c0)];
}

/** The pixels between two corners, at least one; within the slice. */
export function between(one: Point, other: Point, [rows, columns]: Shape): Region {
  const [r0, r1] = span(one.row, other.row, rows);
  const [c0, c1] = span(one.column, other.column, columns);
  return [r0, r1, c0, c1];
}

function span(one: number, other: number, length: number): readonly [number, number] {
  const first = clamp(Math.floor(Math.min(one, other)), 0, length - 1);
  return [first, clamp(Math.ceil(Math.max(one, other)), first + 1, length)];
}

/** The point, moved onto the slice where it is beside it. */
export function onto({ row, column }: Point, [rows, columns]: Shape): Point {
  return { row: clamp(row, 0, rows), column: clamp(column, 0, columns) };
}

/** What a tool begins with, so that it can be used without a pointer: a line, or a region, in the middle. */
export function middleLine([rows, columns]: Shape): Line {
  return { start: { row: rows / 2, column: columns / 4 }, end: { row: rows / 2, column: (3 * columns) / 4 } };
}

export function middleRegion(shape: Shape): Region {
  const [rows, columns] = shape;
  return between({ row: rows / 4, column: columns / 4 }, { row: (3 * rows) / 4, column: (3 * columns) / 4 }, shape);
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
