/** What the server says of a scan, its previews, checks and results. */

import type { Values } from "../form/model";
import type { Result } from "../results/Results";
import type { Seen } from "../shared/PreviewPane";
import type { Source } from "../viewer/types";

export type { Source };

export interface Scan {
  readonly path: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly sources: {
    readonly projections: Source;
    readonly flats?: Source | null;
    readonly darks?: Source | null;
  };
  readonly values: Values;
  readonly output: string;
}

export type Stage = "prepared" | "sinogram" | "slice";

export interface Preview extends Seen {
  readonly center: number | null;
}

/** Slices of one row, stacked along the first axis: one a center. */
export interface Candidates {
  readonly source: Source;
  readonly range: readonly [number, number];
  readonly centers: readonly number[];
}

export interface CtResult extends Result {
  readonly center?: number | null;
}
