/** A run as the server tells of it: see `widgets_apps/jobs/job.py`. */

export type JobState = "queued" | "running" | "done" | "failed" | "interrupted";

/** A sentence in each language. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** So many pods that do not compute yet, for the same reason. */
export interface Waiting {
  readonly words: Words | null;
  readonly count: number;
}

/** The pods of a run: see `widgets_apps/jobs/machines.py`. */
export interface Machines {
  readonly cluster: string;
  /** Workers. */
  readonly asked: number;
  readonly joined: number;
  readonly waiting: readonly Waiting[];
  /** What happened, the last one at the end. */
  readonly notes: readonly { readonly time: number; readonly words: Words }[];
}

export interface Job {
  readonly id: number;
  /** Place in the queue: who has a smaller one is computed earlier. */
  readonly ticket: number;
  readonly title: string;
  readonly app: string;
  readonly input: string | null;
  readonly output: string;
  /** Folder of the run. */
  readonly run: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly engine: string | null;
  readonly workers: number;
  readonly state: JobState;
  /** Slabs. */
  readonly done: number;
  readonly total: number;
  readonly section: string;
  /** Slabs per second. */
  readonly rate: number | null;
  /** Seconds. */
  readonly left: number | null;
  /** Seconds since 1970. */
  readonly started: number | null;
  readonly ended: number | null;
  readonly seconds: number | null;
  readonly error: string | null;
  readonly remedy: string | null;
  /** Bytes that it might use, 0 for no limit, where it ended for lack of memory. */
  readonly lacked: number | null;
  /** The error in each language, where it has several. */
  readonly words: Words | null;
  readonly machines: Machines | null;
  readonly results: Readonly<Record<string, unknown>>;
}
