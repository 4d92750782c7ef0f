/** What runs of an app made, and what can be done with it. */

import { type ReactElement, useCallback, useState } from "react";
import type { Channel } from "../channel";
import { RowTable } from "../files/Details";
import { DownloadLink } from "../files/DownloadLink";
import { durationText, nameOf, timeText } from "../files/format";
import { toText, type Value, type Values } from "../form/model";
import type { Host } from "../host";
import { JobList } from "../jobs/JobList";
import type { Job } from "../jobs/types";
import { Notes } from "../shell/Notes";
import { ProblemNote } from "../shell/problem";
import { useLanguage, useText } from "../texts";
import { useAttachment } from "../shell/connection";
import { useLatest } from "../shared/latest";

export interface Result {
  readonly output: string;
  readonly run: string;
  readonly input?: string | null;
  readonly ended?: number | null;
  readonly seconds?: number | null;
  readonly shape?: readonly number[] | null;
  readonly engine?: string | null;
  readonly warnings?: readonly string[] | null;
  readonly parameters?: Values | null;
}

export interface ResultsProps<R extends Result> {
  readonly channel: Channel;
  readonly host: Host;
  /** The part of the app that is asked for results and their provenance. */
  readonly part: string;
  readonly testId: string;
  /** Changes when a run ends, and the list is asked for again. */
  readonly ended: string;
  /** Paths that are shown: one, or two to compare. */
  readonly shown: readonly string[];
  readonly onShow: (paths: readonly string[]) => void;
  readonly onAgain: (input: string, parameters: Values) => void;
  /** What an app says of its results beside their shape. */
  readonly words?: (result: R) => string;
}

export function Results<R extends Result>(props: ResultsProps<R>): ReactElement {
  const { channel, part, testId, ended, onShow, onAgain } = props;
  const t = useText();
  const attachment = useAttachment(channel);
  const ask = useCallback(
    async () => (await channel.request<{ results: readonly R[] }>(`${part}.results`, {}, { lane: `results ${ended}` })).result.results,
    [channel, part, ended, attachment],
  );
  const { value, problem } = useLatest(ask);
  const again = (job: Job): void => void (job.input && onAgain(job.input, job.parameters as Record<string, Value>));
  return (
    <>
      <ProblemNote problem={problem} />
      <ul className="daisy-results" data-testid={testId} aria-label={t("results.list")}>
        {value?.length === 0 && <li className="daisy-muted">{t("results.none")}</li>}
        {value?.map((result) => (
          <ResultRow key={result.output} result={result} {...props} />
        ))}
      </ul>
      <details>
        <summary title={t("results.runs.help")}>{t("results.runs")}</summary>
        <JobList channel={channel} onOpen={(job) => onShow([job.output])} onAgain={again} />
      </details>
    </>
  );
}

function ResultRow<R extends Result>({ result, ...props }: ResultsProps<R> & { result: R }): ReactElement {
  const { channel, host, part, shown, onShow, onAgain, words } = props;
  const t = useText();
  const language = useLanguage();
  const { output, input, parameters } = result;
  const first = shown[0];
  return (
    <li data-output={output}>
      <strong title={output}>{nameOf(output)}</strong>
      <span className="daisy-muted">{resultWords(result, words?.(result) ?? "", language)}</span>
      <Notes of={result.warnings ?? []} />
      <div className="daisy-buttons">
        <button type="button" title={t("results.open.help")} aria-pressed={shown.includes(output)} onClick={() => onShow([output])}>
          {t("results.open")}
        </button>
        <button
          type="button"
          title={t("results.compare.help")}
          disabled={first === undefined || first === output}
          onClick={() => first !== undefined && onShow([first, output])}
        >
          {t("results.compare")}
        </button>
        {input && parameters && (
          <button type="button" title={t("results.again.help")} onClick={() => onAgain(input, parameters)}>
            {t("results.again")}
          </button>
        )}
        <DownloadLink channel={channel} host={host} path={output} />
      </div>
      <Parameters parameters={parameters ?? {}} />
      <Provenance channel={channel} part={part} run={result.run} />
    </li>
  );
}

function resultWords(result: Result, own: string, language: string): string {
  const words = [
    result.shape?.join(" × "),
    own,
    result.seconds ? durationText(result.seconds) : "",
    result.engine,
    timeText(result.ended, language),
  ];
  return words.filter(Boolean).join(", ");
}

function Parameters({ parameters }: { parameters: NonNullable<Result["parameters"]> }): ReactElement | null {
  const t = useText();
  const rows = Object.entries(parameters).map(([name, value]) => [name, toText(value)] as const);
  if (rows.length === 0) return null;
  return (
    <details>
      <summary title={t("results.parameters.help")}>{t("results.parameters")}</summary>
      <RowTable rows={rows} />
    </details>
  );
}

interface ProvenanceProps {
  readonly channel: Channel;
  readonly part: string;
  readonly run: string;
}

/** Asked for when it is opened. */
function Provenance(props: ProvenanceProps): ReactElement {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary title={t("results.provenance.help")}>{t("results.provenance")}</summary>
      {isOpen && <ProvenanceText {...props} />}
    </details>
  );
}

function ProvenanceText({ channel, part, run }: ProvenanceProps): ReactElement {
  const t = useText();
  const ask = useCallback(async () => (await channel.request<{ provenance: unknown }>(`${part}.provenance`, { run })).result.provenance, [channel, part, run]);
  const { value, problem } = useLatest(ask);
  return (
    <>
      <ProblemNote problem={problem} />
      {value !== null && (
        <pre className="daisy-log" tabIndex={0} role="region" aria-label={t("results.provenance")}>
          {JSON.stringify(value, null, 2)}
        </pre>
      )}
    </>
  );
}
