/** The window: which values are shown as the first and the last colour. */

import type { Window } from "./types";

const DRAG = 200; // pixels of a drag that move the level by one width, or make the width e times as large

/** A drag to the right widens the window, a drag down raises its level; in CSS pixels. */
export function dragged([low, high]: Window, right: number, down: number): Window {
  const level = (low + high) / 2;
  const width = Math.max(high - low, Math.abs(level) * 1e-6, Number.MIN_VALUE);
  const newWidth = width * Math.exp(right / DRAG);
  const newLevel = level + (down / DRAG) * width;
  return [newLevel - newWidth / 2, newLevel + newWidth / 2];
}

/** The window that two entries mean; null where they mean none. */
export function windowOf(low: string, high: string): Window | null {
  if (low.trim() === "" || high.trim() === "") return null;
  const [first, last] = [Number(low), Number(high)];
  return Number.isFinite(first) && Number.isFinite(last) && first <= last ? [first, last] : null;
}

/** The percentiles that two entries mean; null where they mean none. */
export function percentilesOf(low: string, high: string): Window | null {
  const found = windowOf(low, high);
  return found !== null && found[0] >= 0 && found[1] <= 100 ? found : null;
}

/** Few digits, as many as are needed to tell values apart that are shown. */
export function numberText(value: number | null, digits = 5): string {
  if (value === null) return "NaN";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4 ? trimmed(value.toExponential(digits - 1)) : trimmed(value.toPrecision(digits));
}

function trimmed(text: string): string {
  const [mantissa = "", exponent] = text.split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return exponent === undefined ? short : `${short}e${exponent.replace("+", "")}`;
}
