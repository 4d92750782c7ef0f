/** The run of the current output: start, stop, resume, and how far it is. Always in sight. */

import { type ReactElement, useState } from "react";
import { sizeText } from "../files/format";
import { JobLog } from "../jobs/JobLog";
import { percentOf, stateWords } from "../jobs/jobs";
import type { Job } from "../jobs/types";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import type { RunOptions, Running } from "./running";
import { useCt } from "./state";

interface Props {
  readonly running: Running;
  readonly options: RunOptions;
}

export function RunBar({ running, options }: Props): ReactElement {
  const { channel, scan, parameters, check } = useCt();
  const t = useText();
  const [isLogShown, setLogShown] = useState(false);
  const { job, state, isStarting, problem } = running;
  const canResume = state === "interrupted" || state === "failed";
  return (
    <div className="daisy-run-bar" role="region" aria-label={t("ct.progress")}>
      <div className="daisy-run-buttons">
        <button
          type="button"
          className="daisy-primary"
          data-testid="ct-run"
          title={t("ct.run.help")}
          disabled={scan === null || isStarting || state === "running"}
          onClick={() => void running.start(parameters, options)}
        >
          {t("ct.run")}
        </button>
        <button type="button" data-testid="ct-stop" title={t("ct.stop.help")} disabled={isStarting || state !== "running"} onClick={running.stop}>
          {t("ct.stop")}
        </button>
        {canResume && (
          <button type="button" data-testid="ct-resume" title={t("ct.resume.help")} disabled={isStarting} onClick={running.resume}>
            {t("ct.resume")}
          </button>
        )}
        {job !== null && (
          <button type="button" aria-pressed={isLogShown} title={t("ct.log.help")} onClick={() => setLogShown(!isLogShown)}>
            {t("ct.log")}
          </button>
        )}
        <Space />
      </div>
      <ProblemNote problem={check.problem} />
      <Progress job={isStarting ? null : job} />
      <Status running={running} />
      <ProblemNote problem={problem} />
      {job !== null && isLogShown && <JobLog key={job.id} channel={channel} job={job} />}
    </div>
  );
}

/** Of the disk that the output goes to. */
function Space(): ReactElement | null {
  const { check } = useCt();
  const t = useText();
  const { needed = null, free = null } = check.value ?? {};
  if (needed === null || free === null) return null;
  return (
    <span className={needed <= free ? "daisy-space" : "daisy-space daisy-field-error"} role="status" title={t("ct.space.help")}>
      {t("ct.space", { needed: sizeText(needed), free: sizeText(free) })}
    </span>
  );
}

function Progress({ job }: { job: Job | null }): ReactElement {
  const t = useText();
  const percent = job === null ? 0 : percentOf(job);
  return (
    <div
      className="daisy-progress"
      role="progressbar"
      data-testid="ct-progress"
      aria-label={t("ct.progress")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div style={{ width: `${percent}%` }} />
    </div>
  );
}

function Status({ running }: { running: Running }): ReactElement {
  const { values } = useCt();
  const t = useText();
  const { jobs, state, isStarting } = running;
  const job = isStarting ? null : running.job;
  return (
    <div
      className="daisy-status"
      role="status"
      data-testid="ct-status"
      data-state={state}
      data-output={job?.output ?? String(values["output"] ?? "")}
    >
      <span>{job === null ? t(isStarting ? "jobs.starting" : "ct.state.idle") : stateWords(job, jobs ?? [], t)}</span>
      {job?.error && (
        <span className={state === "interrupted" ? "daisy-note" : "daisy-field-error"}>
          {job.error}
          {job.remedy ? ` (${t("shell.remedy", { remedy: job.remedy })})` : ""}
        </span>
      )}
    </div>
  );
}
