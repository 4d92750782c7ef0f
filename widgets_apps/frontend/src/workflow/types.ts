/** What the server says of a workflow and its data objects: see `widgets_apps/workflow_app/part.py`. */

import type { Field } from "../form/model";
import type { Seen } from "../shared/PreviewPane";

/** The form of the workflow, whose name is empty, or of one of its steps. */
export interface Section {
  readonly name: string;
  readonly algorithm: string;
  readonly help: string;
  readonly fields: readonly Field[];
}

export interface Description {
  readonly sections: readonly Section[];
  /** The field of the path that is read; null where there is none. */
  readonly input: string | null;
  /** The field of the path that is written. */
  readonly output: string | null;
  /** Data objects as `step.port`, the one that is looked at first first. */
  readonly data: readonly string[];
}

/** What of a data object is looked at; null: what the server finds best. */
export interface View {
  readonly data: string | null;
  readonly across: string | null;
  readonly index: number | null;
}

/** A picture of an array, or the text of any other value. */
export interface Look extends Omit<Seen, "source" | "range" | "seconds">, Partial<Pick<Seen, "source" | "range">> {
  readonly seconds: number | null;
  readonly value: string | null;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly across: string | null;
  readonly index: number | null;
}
