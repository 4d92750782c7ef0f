/** Step Results: what was reconstructed, and what can be done with it. */

import { type ReactElement, useCallback, useState } from "react";
import { RowTable } from "../files/Details";
import { DownloadLink } from "../files/DownloadLink";
import { durationText, nameOf, timeText } from "../files/format";
import { toText, type Value } from "../form/model";
import { JobList } from "../jobs/JobList";
import type { Job } from "../jobs/types";
import { Notes } from "../shell/Notes";
import { ProblemNote } from "../shell/problem";
import { useLanguage, useText } from "../texts";
import { useLatest } from "./latest";
import { numberText } from "./scan";
import { useCt } from "./state";
import type { Result } from "./types";

/** `ended` changes when a run ends, and the list is asked for again. */
export function ResultsStep({ ended }: { ended: string }): ReactElement {
  const { channel, attachment, open, look } = useCt();
  const t = useText();
  const ask = useCallback(
    async () => (await channel.request<{ results: readonly Result[] }>("ct.results", {}, { lane: `results ${ended}` })).result.results,
    [channel, ended, attachment],
  );
  const { value, problem } = useLatest(ask);
  const again = (job: Job): void => void (job.input && open(job.input, job.parameters as Record<string, Value>));
  return (
    <>
      <ProblemNote problem={problem} />
      <ul className="daisy-results" data-testid="ct-results" aria-label={t("ct.results")}>
        {value?.length === 0 && <li className="daisy-muted">{t("ct.results.none")}</li>}
        {value?.map((result) => (
          <ResultRow key={result.output} result={result} />
        ))}
      </ul>
      <details>
        <summary title={t("ct.results.runs.help")}>{t("ct.results.runs")}</summary>
        <JobList channel={channel} onOpen={(job) => look({ volumes: [job.output] })} onAgain={again} />
      </details>
    </>
  );
}

function ResultRow({ result }: { result: Result }): ReactElement {
  const { channel, host, view, look, open } = useCt();
  const t = useText();
  const language = useLanguage();
  const { output, input, parameters } = result;
  const first = view.volumes[0];
  return (
    <li data-output={output}>
      <strong title={output}>{nameOf(output)}</strong>
      <span className="daisy-muted">{resultWords(result, language, t)}</span>
      <Notes of={result.warnings ?? []} />
      <div className="daisy-buttons">
        <button type="button" title={t("ct.results.open.help")} aria-pressed={view.volumes.includes(output)} onClick={() => look({ volumes: [output] })}>
          {t("ct.results.open")}
        </button>
        <button
          type="button"
          title={t("ct.results.compare.help")}
          disabled={first === undefined || first === output}
          onClick={() => first !== undefined && look({ volumes: [first, output] })}
        >
          {t("ct.results.compare")}
        </button>
        {input && parameters && (
          <button type="button" title={t("ct.results.again.help")} onClick={() => void open(input, parameters)}>
            {t("ct.results.again")}
          </button>
        )}
        <DownloadLink channel={channel} host={host} path={output} />
      </div>
      <Parameters parameters={parameters ?? {}} />
      <Provenance run={result.run} />
    </li>
  );
}

function resultWords(result: Result, language: string, t: ReturnType<typeof useText>): string {
  const words = [
    result.shape?.join(" × "),
    typeof result.center === "number" ? t("ct.preview.center", { center: numberText(result.center) }) : "",
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
      <summary title={t("ct.results.parameters.help")}>{t("ct.results.parameters")}</summary>
      <RowTable rows={rows} />
    </details>
  );
}

/** Asked for when it is opened. */
function Provenance({ run }: { run: string }): ReactElement {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary title={t("ct.results.provenance.help")}>{t("ct.results.provenance")}</summary>
      {isOpen && <ProvenanceText run={run} />}
    </details>
  );
}

function ProvenanceText({ run }: { run: string }): ReactElement {
  const { channel } = useCt();
  const t = useText();
  const ask = useCallback(async () => (await channel.request<{ provenance: unknown }>("ct.provenance", { run })).result.provenance, [channel, run]);
  const { value, problem } = useLatest(ask);
  return (
    <>
      <ProblemNote problem={problem} />
      {value !== null && (
        <pre className="daisy-log" tabIndex={0} role="region" aria-label={t("ct.results.provenance")}>
          {JSON.stringify(value, null, 2)}
        </pre>
      )}
    </>
  );
}
