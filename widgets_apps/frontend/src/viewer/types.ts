/** What is looked at, and how. */

import { numberText } from "./levels";

/** An array on the server that is too large to send. */
export interface Source {
  readonly source: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly dims: readonly string[];
  readonly dtype: string;
  readonly units: string;
  readonly path: string | null;
  /** Position of the first and the last pixel along a dim. */
  readonly coordinates?: Readonly<Record<string, Coordinate>>;
}

export interface Coordinate {
  readonly first: number;
  readonly last: number;
  readonly units: string;
}

/** Rows from, to (not included), columns from, to; in pixels of the slice. */
export type Region = readonly [number, number, number, number];

/** The value that is shown as the first colour, and the one of the last. */
export type Window = readonly [low: number, high: number];

/** A place in a slice; pixel n reaches from n to n + 1. */
export interface Point {
  readonly row: number;
  readonly column: number;
}

export interface Line {
  readonly start: Point;
  readonly end: Point;
}

/** Rows and columns of a slice. */
export type Shape = readonly [rows: number, columns: number];

/** Width and height of a canvas in device pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Tool = "pan" | "window" | "line" | "region";

/** The plane across an axis: which dims of the array are its rows and columns. */
export function planeDims(source: Source, axis: number): readonly [rows: number, columns: number] {
  if (source.shape.length === 2) return [0, 1];
  return axis === 0 ? [1, 2] : axis === 1 ? [0, 2] : [0, 1];
}

export function planeShape(source: Source, axis: number): Shape {
  const [rows, columns] = planeDims(source, axis);
  return [source.shape[rows] ?? 1, source.shape[columns] ?? 1];
}

/** How many slices there are across an axis. */
export function depth(source: Source, axis: number): number {
  return source.shape.length === 2 ? 1 : (source.shape[axis] ?? 1);
}

/** Where pixel `index` lies along a dim, in words; empty where the index says as much. */
export function placeText(source: Source, dim: number, index: number): string {
  const place = position(source, dim, index);
  if (place === null || (place.units === "" && place.value === index)) return "";
  return ` (${[numberText(place.value), place.units].filter(Boolean).join(" ")})`;
}

/** The physical position of pixel `index` along a dim; null where the array has none. */
export function position(source: Source, dim: number, index: number): { readonly value: number; readonly units: string } | null {
  const given = source.coordinates?.[source.dims[dim] ?? ""];
  const length = source.shape[dim] ?? 1;
  if (given === undefined) return null;
  const step = length > 1 ? (given.last - given.first) / (length - 1) : 0;
  return { value: given.first + step * index, units: given.units };
}
