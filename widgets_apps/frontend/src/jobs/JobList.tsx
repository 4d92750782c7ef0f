/** All runs of the user: how far they are, and what can be done with each. */

import { type ReactElement, useState } from "react";
import type { Channel } from "../channel";
import { timeText } from "../files/format";
import { type Problem, ProblemNote, problemOf } from "../shell/problem";
import { useSentence } from "../sentences";
import { useLanguage, useText } from "../texts";
import { JobLog } from "./JobLog";
import { isLive, percentOf, stateWords, troublesOf, useJobs } from "./jobs";
import "./jobs.css";
import type { Job } from "./types";

interface Props {
  readonly channel: Channel;
  /** Look at the result of a job that is done. */
  readonly onOpen: (job: Job) => void;
  /** Take over the parameters of a job. */
  readonly onAgain: (job: Job) => void;
}

export function JobList(props: Props): ReactElement {
  const t = useText();
  const { jobs, problem } = useJobs(props.channel);
  return (
    <section className="daisy-jobs" aria-label={t("jobs.list")}>
      <ProblemNote problem={problem} />
      {jobs?.length === 0 && <p className="daisy-muted">{t("jobs.none")}</p>}
      <ul>
        {jobs?.map((job) => (
          <Row key={job.id} job={job} jobs={jobs} {...props} />
        ))}
      </ul>
    </section>
  );
}

function Row(props: Props & { job: Job; jobs: readonly Job[] }): ReactElement {
  const { channel, job, jobs } = props;
  const t = useText();
  const say = useSentence();
  const language = useLanguage();
  const [isLogShown, setLogShown] = useState(false);
  const percent = percentOf(job);
  return (
    <li className="daisy-job" data-job={job.id} data-state={job.state}>
      <div className="daisy-job-head">
        <strong title={job.output}>{job.title}</strong>
        <span className="daisy-muted">{job.started !== null && t("jobs.began", { time: timeText(job.started, language) })}</span>
      </div>
      <div
        className="daisy-job-bar"
        role="progressbar"
        aria-label={t("jobs.progress", { title: job.title })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div style={{ width: `${percent}%` }} />
      </div>
      <div role="status" title={job.section}>
        {stateWords(job, jobs, t)}
      </div>
      {troublesOf(job, t, language).map(({ error, remedy }) => (
        <p className="daisy-job-error" key={error}>
          {say(error)}
          {remedy && <span> ({say(remedy)})</span>}
        </p>
      ))}
      <Actions {...props} isLogShown={isLogShown} onLog={() => setLogShown(!isLogShown)} />
      {isLogShown && <JobLog channel={channel} job={job} />}
    </li>
  );
}

interface ActionProps extends Props {
  readonly job: Job;
  readonly isLogShown: boolean;
  readonly onLog: () => void;
}

function Actions({ channel, job, isLogShown, onOpen, onAgain, onLog }: ActionProps): ReactElement {
  const t = useText();
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = (method: "stop" | "resume" | "forget"): void => {
    setProblem(null);
    channel.request(`jobs.${method}`, { id: job.id }).catch((error: unknown) => setProblem(problemOf(error)));
  };
  const title = { title: job.title };
  return (
    <>
      <div className="daisy-job-actions">
        {isLive(job) && <Action text={t("jobs.stop")} help={t("jobs.stop.help", title)} onClick={() => ask("stop")} />}
        {(job.state === "failed" || job.state === "interrupted") && (
          <Action text={t("jobs.resume")} help={t("jobs.resume.help", title)} onClick={() => ask("resume")} />
        )}
        {job.state === "done" && <Action text={t("jobs.open")} help={t("jobs.open.help", title)} onClick={() => onOpen(job)} />}
        <Action text={t("jobs.again")} help={t("jobs.again.help", title)} onClick={() => onAgain(job)} />
        <Action text={t("jobs.log")} help={t("jobs.log.help", title)} isPressed={isLogShown} onClick={onLog} />
        {!isLive(job) && <Action text={t("jobs.forget")} help={t("jobs.forget.help", title)} onClick={() => ask("forget")} />}
      </div>
      <ProblemNote problem={problem} />
    </>
  );
}

interface ActionButton {
  readonly text: string;
  readonly help: string;
  readonly isPressed?: boolean;
  readonly onClick: () => void;
}

/** Its name tells which job it acts on to whoever hears it; the visible word comes first. */
function Action({ text, help, isPressed, onClick }: ActionButton): ReactElement {
  return (
    <button type="button" title={help} aria-label={`${text}: ${help}`} aria-pressed={isPressed} onClick={onClick}>
      {text}
    </button>
  );
}
