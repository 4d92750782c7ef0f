/** The run of the current output: start, stop, resume, and how far it is. Always in sight. */

import { type ReactElement, useState } from "react";
import { sizeText } from "../files/format";
import { JobLog } from "../jobs/JobLog";
import { percentOf, stateWords, troublesOf } from "../jobs/jobs";
import type { Job } from "../jobs/types";
import { ProblemNote } from "../shell/problem";
import { useSentence } from "../sentences";
import { useLanguage, useText } from "../texts";
import type { Channel } from "../channel";
import type { Latest } from "../shared/latest";
import { Machines } from "./Machines";
import type { Check, Running } from "./running";

interface Props {
  readonly channel: Channel;
  readonly running: Running;
  readonly check: Latest<Check>;
  /** Where the run writes that is asked for. */
  readonly output: string;
  /** Whether there is something to run. */
  readonly isReady: boolean;
  readonly onRun: () => void;
  /** Begins the names by which scripts know the controls. */
  readonly prefix: string;
}

export function RunBar({ channel, running, check, output, isReady, onRun, prefix }: Props): ReactElement {
  const t = useText();
  const [isLogShown, setLogShown] = useState(false);
  const { job, state, isStarting, problem } = running;
  const canResume = state === "interrupted" || state === "failed";
  return (
    <div className="daisy-run-bar" role="region" aria-label={t("run.progress")}>
      <div className="daisy-run-buttons">
        <button
          type="button"
          className="daisy-primary"
          data-testid={`${prefix}-run`}
          title={t("run.start.help")}
          disabled={!isReady || isStarting || state === "running"}
          onClick={onRun}
        >
          {t("run.start")}
        </button>
        <button type="button" data-testid={`${prefix}-stop`} title={t("run.stop.help")} disabled={isStarting || state !== "running"} onClick={running.stop}>
          {t("run.stop")}
        </button>
        {canResume && (
          <button type="button" data-testid={`${prefix}-resume`} title={t("run.resume.help")} disabled={isStarting} onClick={running.resume}>
            {t("run.resume")}
          </button>
        )}
        {job !== null && (
          <button type="button" aria-pressed={isLogShown} title={t("run.log.help")} onClick={() => setLogShown(!isLogShown)}>
            {t("run.log")}
          </button>
        )}
        <Space check={check.value} />
      </div>
      <ProblemNote problem={check.problem} />
      <Progress job={isStarting ? null : job} prefix={prefix} />
      <Status running={running} output={output} prefix={prefix} />
      <Machines job={isStarting ? null : job} prefix={prefix} />
      <ProblemNote problem={problem} />
      {job !== null && isLogShown && <JobLog key={job.id} channel={channel} job={job} />}
    </div>
  );
}

/** Of the disk that the output goes to. */
function Space({ check }: { check: Check | null }): ReactElement | null {
  const t = useText();
  const { needed = null, free = null } = check ?? {};
  if (needed === null || free === null) return null;
  return (
    <span className={needed <= free ? "daisy-space" : "daisy-space daisy-field-error"} role="status" title={t("run.space.help")}>
      {t("run.space", { needed: sizeText(needed), free: sizeText(free) })}
    </span>
  );
}

function Progress({ job, prefix }: { job: Job | null; prefix: string }): ReactElement {
  const t = useText();
  const percent = job === null ? 0 : percentOf(job);
  return (
    <div
      className="daisy-progress"
      role="progressbar"
      data-testid={`${prefix}-progress`}
      aria-label={t("run.progress")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div style={{ width: `${percent}%` }} />
    </div>
  );
}

function Status({ running, output, prefix }: Pick<Props, "running" | "output" | "prefix">): ReactElement {
  const t = useText();
  const say = useSentence();
  const language = useLanguage();
  const { jobs, state, isStarting } = running;
  const job = isStarting ? null : running.job;
  return (
    <div
      className="daisy-status"
      role="status"
      data-testid={`${prefix}-status`}
      data-state={state}
      data-output={job?.output ?? output}
    >
      <span>{job === null ? t(isStarting ? "jobs.starting" : "run.state.idle") : stateWords(job, jobs ?? [], t)}</span>
      {job !== null &&
        troublesOf(job, t, language).map(({ error, remedy }) => (
          <span key={error} className={state === "interrupted" ? "daisy-note" : "daisy-field-error"}>
            {say(error)}
            {remedy ? ` (${t("shell.remedy", { remedy: say(remedy) })})` : ""}
          </span>
        ))}
    </div>
  );
}
