/** Arithmetic of centers; pure. Columns are counted from 0, at the middle of a pixel. */

import { type Value } from "../form/model";

/** The center that was given as one number, else null (found automatically, or a text that is no number). */
export function givenCenter(value: Value | undefined): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** A center moved by a step, without the dust of binary fractions. */
export function moved(center: number, step: number): number {
  return Math.round((center + step) * 1000) / 1000;
}

/** An odd number of centers around one, `step` apart, in order. */
export function around(center: number, step: number, count: number): number[] {
  const half = Math.floor(count / 2);
  return Array.from({ length: 2 * half + 1 }, (_, index) => moved(center, (index - half) * step));
}
