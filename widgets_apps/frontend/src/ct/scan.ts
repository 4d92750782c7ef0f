/** Sizes and words of a scan; pure. */

import { sizeText } from "../files/format";
import { type TextKey, texts, type Translate } from "../texts";
import type { Scan, Source } from "./types";

/** Number of elements along a dim of the projections; 1 where they have no such dim. */
export function lengthOf(source: Source, dim: string): number {
  return source.shape[source.dims.indexOf(dim)] ?? 1;
}

export function axisOf(source: Source, dim: string): number {
  return Math.max(0, source.dims.indexOf(dim));
}

/** Details as rows of label and value; one that has no words here is called as the server calls it. */
export function detailRows(details: Scan["details"], t: Translate, say: (sentence: string) => string): [string, string][] {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [label(name, t), name === "shape" ? shapeText(value, t) : detailText(name, value, say)]);
}

function label(name: string, t: Translate): string {
  const key = `ct.detail.${name}`;
  return key in texts ? t(key as TextKey) : name.replaceAll("_", " ");
}

function shapeText(shape: unknown, t: Translate): string {
  const [angles = 0, rows = 0, columns = 0] = shape as readonly number[];
  return t("ct.detail.shape.value", { angles, rows, columns });
}

function detailText(name: string, value: unknown, say: (sentence: string) => string): string {
  if (typeof value === "number") return name === "file_size" ? sizeText(value) : numberText(value);
  if (Array.isArray(value)) return value.map((part) => say(detailText(name, part, say))).join("; ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** At most six digits, as they are measured. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
