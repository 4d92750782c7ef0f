/** The CT app: from a raw scan to a volume, without a line of code. */

import { type ReactElement, useCallback, useEffect, useRef, useState } from "react";
import type { FormModel, Value } from "../form/model";
import { isLive } from "../jobs/jobs";
import type { AppProps } from "../root";
import { useAttachment } from "../shell/connection";
import { Guard } from "../shell/Guard";
import { ProblemNote } from "../shell/problem";
import { Shell } from "../shell/Shell";
import { useText } from "../texts";
import { CenterStep } from "./CenterStep";
import "../shared/app.css";
import { Groups } from "./Groups";
import { useLatest } from "../shared/latest";
import { Main } from "./Main";
import { lastScan, parametersOf } from "./memory";
import { PrepareStep } from "./PrepareStep";
import { usePreview } from "./PreviewPane";
import { ResultsStep } from "./ResultsStep";
import { RunBar } from "../run/RunBar";
import { FIRST_OPTIONS, type Running, type RunOptions, useRunning } from "../run/running";
import { RunStep } from "./RunStep";
import { ScanStep } from "./ScanStep";
import { type Ct, CtContext, useCt, useCtState } from "./state";
import type { StepName } from "./stepNames";
import { Steps } from "./Steps";

export function CtApp(props: AppProps): ReactElement {
  const { channel, host, about } = props;
  const attachment = useAttachment(channel);
  const ask = useCallback(async () => formOf((await channel.request<FormModel>("ct.form")).result), [channel, attachment]);
  const { value: form, problem } = useLatest(ask);
  return (
    <Shell channel={channel} host={host} title={about.title}>
      <ProblemNote problem={problem} />
      {form === null ? <Loading /> : <WithForm {...props} form={form} />}
    </Shell>
  );
}

function Loading(): ReactElement {
  const t = useText();
  return <p role="status">{t("ct.opening")}</p>;
}

/** The center is found where it is not given, which the form says with a control of its own. */
function formOf(form: FormModel): FormModel {
  return { fields: form.fields.map((field) => (field.name === "center" ? { ...field, kind: "center", optional: true } : field)) };
}

function WithForm({ channel, host, initial, form }: AppProps & { form: FormModel }): ReactElement {
  const [options, setOptions] = useState(FIRST_OPTIONS);
  const ct = useCtState(channel, host, form, options.engine);
  const output = String(ct.values["output"] ?? "");
  const running = useRunning(channel, "ct", output, ct.refuse);
  useBeginning(ct, running, initial.input);
  // Leave to replace one output is not leave to replace another.
  useEffect(() => setOptions((old) => ({ ...old, overwrite: false })), [output]);
  return (
    <CtContext value={ct}>
      <Layout running={running} options={options} onOptions={(change) => setOptions((old) => ({ ...old, ...change }))} />
    </CtContext>
  );
}

interface LayoutProps {
  readonly running: Running;
  readonly options: RunOptions;
  readonly onOptions: (change: Partial<RunOptions>) => void;
}

function Layout({ running, options, onOptions }: LayoutProps): ReactElement {
  const { channel, scan, values, parameters, check } = useCt();
  const { step, setStep, slice } = useLayoutState();
  const found = slice.value?.center ?? null;
  const ended = (running.jobs ?? []).filter((job) => job.state === "done").map((job) => job.id);
  return (
    <div className="daisy-work">
      <div className="daisy-side">
        <Steps
          step={step}
          onStep={setStep}
          contents={{
            scan: <ScanStep />,
            prepare: <PrepareStep />,
            center: <CenterStep found={found} />,
            reconstruct: <Groups names={["Reconstruction"]} />,
            run: <RunStep options={options} onOptions={onOptions} />,
            results: <ResultsStep ended={ended.join()} />,
          }}
        />
        <RunBar
          channel={channel}
          running={running}
          check={check}
          output={String(values["output"] ?? "")}
          isReady={scan !== null}
          onRun={() => void running.start(parameters, options)}
          prefix="ct"
        />
      </div>
      <Guard>
        <Main step={step} slice={slice} />
      </Guard>
    </div>
  );
}

function useLayoutState() {
  const [step, setStep] = useState<StepName>("scan");
  const { parameters, view } = useCt();
  const slice = usePreview({ stage: "slice", row: view.row, parameters }, "preview");
  return { step, setStep, slice };
}

/** Opens what the page was asked for, else what runs, else what was open last, with its last run; once, when the runs are known. */
function useBeginning(ct: Ct, running: Running, input: string | undefined): void {
  const hasBegun = useRef(false);
  const { jobs } = running;
  useEffect(() => {
    if (jobs === null || hasBegun.current) return;
    hasBegun.current = true;
    const own = jobs.filter((job) => job.app === "ct" && (input === undefined || job.input === input));
    const live = own.find(isLive);
    const path = live?.input ?? input ?? lastScan();
    // What was changed after that run is remembered, but by this browser alone.
    const last = live ?? (path && parametersOf(path) === null ? own.find((job) => job.input === path) : undefined);
    if (last !== undefined) running.show(last);
    if (path) void ct.open(path, last && { ...(last.parameters as Record<string, Value>), output: last.output });
  }, [jobs, ct, running, input]);
}
