/** Runs: the one that the page shows, and what can be done with it. */

import { useCallback, useMemo, useState } from "react";
import type { Channel } from "../channel";
import type { Values } from "../form/model";
import { useJobs } from "../jobs/jobs";
import type { Job } from "../jobs/types";
import { type Problem, problemOf } from "../shell/problem";
import type { Place } from "./places";

export type State = "idle" | "running" | "done" | "failed" | "interrupted";

export interface RunOptions {
  readonly engine: Place;
  readonly workers: number;
  readonly overwrite: boolean;
}

/** What the server says of a run that is asked for. */
export interface Check {
  readonly fields: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly needed: number | null;
  readonly free: number | null;
  /** Whether something stands at the output. */
  readonly exists: boolean;
}

export const FIRST_OPTIONS: RunOptions = { engine: "here", workers: 2, overwrite: false };

export interface Running {
  /** Newest first; null until they are known. */
  readonly jobs: readonly Job[] | null;
  readonly job: Job | null;
  readonly state: State;
  readonly problem: Problem | null;
  readonly isStarting: boolean;
  show(job: Job): void;
  start(parameters: Values, options: RunOptions): Promise<void>;
  stop(): void;
  resume(): void;
}

/** `part` starts runs; `output` is the path in the form: the page shows the run that writes it. */
export function useRunning(channel: Channel, part: string, output: string, onRefused: (fields: Problem["fields"]) => void): Running {
  const { jobs: known } = useJobs(channel);
  const jobs = useMemo(() => known && [...known].sort((one, other) => other.id - one.id), [known]);
  const [shown, setShown] = useState<{ job: Job; output: string } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isStarting, setStarting] = useState(false);
  const own = shown?.output === output ? shown.job : null;
  const job = (jobs ?? []).find((one) => (own === null ? one.output === output : one.id === own.id)) ?? own;

  const ask = useCallback(
    async (method: string, params: object, shownAt: string): Promise<void> => {
      setStarting(method !== "jobs.stop");
      setProblem(null);
      try {
        const { result } = await channel.request<{ job?: Job }>(method, params);
        if (result.job !== undefined) setShown({ job: result.job, output: shownAt });
      } catch (error) {
        const found = problemOf(error);
        setProblem(found);
        onRefused(found?.fields ?? {});
      } finally {
        setStarting(false);
      }
    },
    [channel, onRefused],
  );
  return {
    jobs,
    job,
    // The outcome of an earlier run is none of the one that begins.
    state: isStarting ? "idle" : stateOf(job), // not before its process is there, which outlives this page
    problem,
    isStarting,
    show: (one) => setShown({ job: one, output: one.output }),
    start: (parameters, options) => ask(`${part}.start`, { parameters, resume: false, ...options }, output),
    stop: () => void (job !== null && ask("jobs.stop", { id: job.id }, output)),
    resume: () => void (job !== null && ask("jobs.resume", { id: job.id }, output)),
  };
}

/** A run that waits for its turn counts as running. */
export function stateOf(job: Job | null): State {
  if (job === null) return "idle";
  return job.state === "queued" ? "running" : job.state;
}
