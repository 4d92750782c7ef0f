/** What the server says of a scan, its previews, checks and results. */

import type { Values } from "../form/model";
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

export interface Preview {
  readonly source: Source;
  readonly range: readonly [number, number];
  readonly center: number | null;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

export interface Check {
  readonly fields: Readonly<Record<string, string>>;
  readonly needed: number | null;
  readonly free: number | null;
  /** Whether something stands at the output. */
  readonly exists: boolean;
}

/** Slices of one row, stacked along the first axis: one a center. */
export interface Candidates {
  readonly source: Source;
  readonly range: readonly [number, number];
  readonly centers: readonly number[];
}

export interface Result {
  readonly output: string;
  readonly run: string;
  readonly input?: string | null;
  readonly ended?: number | null;
  readonly seconds?: number | null;
  readonly center?: number | null;
  readonly shape?: readonly number[] | null;
  readonly engine?: string | null;
  readonly warnings?: readonly string[] | null;
  readonly parameters?: Values | null;
}
