/** A run as the server tells of it: see `widgets_apps/jobs/job.py`. */

export type JobState = "queued" | "running" | "done" | "failed" | "interrupted";

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
  readonly results: Readonly<Record<string, unknown>>;
}
