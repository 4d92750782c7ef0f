/** The jobs of the user as they change, and what can be said of one; the pure part is tested by itself. */

import { useEffect, useState } from "react";
import type { Channel } from "../channel";
import { durationText } from "../files/format";
import { type Problem, problemOf } from "../shell/problem";
import { useWireState } from "../shell/connection";
import type { Language, Translate } from "../texts";
import type { Job } from "./types";

interface Listed {
  readonly jobs: readonly Job[];
}

export interface Trouble {
  readonly error: string;
  readonly remedy: string | null;
}

export interface KnownJobs {
  /** Null until they are known. */
  readonly jobs: readonly Job[] | null;
  readonly problem: Problem | null;
}

/** Asked for when the way to the server opens, and told of by it from then on. */
export function useJobs(channel: Channel): KnownJobs {
  const [known, setKnown] = useState<KnownJobs>({ jobs: null, problem: null });
  const wire = useWireState(channel);
  useEffect(() => channel.on<Listed>("jobs", ({ jobs }) => setKnown({ jobs, problem: null })), [channel]);
  useEffect(() => {
    if (wire !== "open") return;
    channel.request<Listed>("jobs.list").then(
      ({ result }) => setKnown({ jobs: result.jobs, problem: null }),
      (error: unknown) => setKnown((old) => ({ ...old, problem: problemOf(error) })),
    );
  }, [channel, wire]);
  return known;
}

export function isLive(job: Job): boolean {
  return job.state === "queued" || job.state === "running";
}

export function percentOf(job: Job): number {
  if (job.state === "done") return 100;
  return job.total > 0 ? Math.floor((100 * job.done) / job.total) : 0;
}

/** State, progress, rate and time left, as a sentence. */
export function stateWords(job: Job, jobs: readonly Job[], t: Translate): string {
  if (job.state === "queued") {
    const before = jobs.filter((one) => isLive(one) && one.ticket < job.ticket);
    return t("jobs.queued", { count: before.length });
  }
  if (job.state === "running" && job.total === 0) return t("jobs.starting");
  const parts = [t(`jobs.${job.state}`)];
  if (job.state !== "done" && job.total > 0) parts.push(t("jobs.slabs", { done: job.done, total: job.total }));
  if (job.rate) parts.push(rateWords(job.rate, t));
  if (job.left !== null) parts.push(t("jobs.left", { time: durationText(job.left) }));
  if (!isLive(job) && job.seconds !== null) parts.push(t("jobs.took", { time: durationText(job.seconds) }));
  return parts.join(", ");
}

/**
 * What has gone wrong and what to do, one after the other: what the run said, in the language where it knows it, and what
 * its end shows of memory.
 */
export function troublesOf(job: Job, t: Translate, language: Language): readonly Trouble[] {
  const isSaid = job.lacked === null || job.state === "failed";
  const said = isSaid && job.error !== null && job.error !== "" ? [{ error: job.words?.[language] ?? job.error, remedy: job.remedy }] : [];
  if (job.lacked === null) return said;
  const size = `${Number((job.lacked / 2 ** 30).toPrecision(3))} GiB`;
  const error = job.lacked > 0 ? t("jobs.lacked", { size }) : t("jobs.lacked.all");
  return [...said, { error, remedy: t("jobs.lacked.remedy") }];
}

/** Slow runs are counted by the minute, so that the number stays one that can be read. */
function rateWords(rate: number, t: Translate): string {
  if (rate >= 0.5) return t("jobs.rate", { rate: Number(rate.toPrecision(2)) });
  return t("jobs.perMinute", { rate: Number((60 * rate).toPrecision(2)) });
}
