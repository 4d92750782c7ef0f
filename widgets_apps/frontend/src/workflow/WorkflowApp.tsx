/** The page of a workflow that brings none of its own: everything on it is made from what its steps declare. */

import { type Dispatch, type ReactElement, type SetStateAction, useEffect, useRef, useState } from "react";
import type { Values } from "../form/model";
import { isLive } from "../jobs/jobs";
import { Volumes } from "../results/Volumes";
import type { AppProps } from "../root";
import { RunBar } from "../run/RunBar";
import { FIRST_OPTIONS, type Running, type RunOptions, useRunning } from "../run/running";
import "../shared/app.css";
import { Guard } from "../shell/Guard";
import { ProblemNote } from "../shell/problem";
import { Shell } from "../shell/Shell";
import { useText } from "../texts";
import { PreviewPanel } from "./PreviewPanel";
import { Sections } from "./Sections";
import { useWorkflow, type Workflow } from "./state";
import type { Description } from "./types";

export function WorkflowApp(props: AppProps): ReactElement {
  const { channel, host, about } = props;
  const t = useText();
  const [options, setOptions] = useState(FIRST_OPTIONS);
  const workflow = useWorkflow(channel, about.name, options.engine);
  const { description, problem } = workflow;
  return (
    <Shell channel={channel} host={host} title={about.title}>
      {description === null && <ProblemNote problem={problem} />}
      {description === null ? (
        <p role="status">{t("shell.opening")}</p>
      ) : (
        <Layout {...props} {...{ workflow, description, options, setOptions }} />
      )}
    </Shell>
  );
}

interface LayoutProps extends AppProps {
  readonly workflow: Workflow;
  readonly description: Description;
  readonly options: RunOptions;
  readonly setOptions: Dispatch<SetStateAction<RunOptions>>;
}

function Layout({ channel, host, initial, about, workflow, description, options, setOptions }: LayoutProps): ReactElement {
  const { output, parameters, isReady, check, refuse } = workflow;
  const [shown, setShown] = useState<readonly string[]>([]);
  const running = useRunning(channel, "workflow", output, refuse);
  useBeginning(workflow, description, running, about.jobs, initial.input);
  // Leave to replace one output is not leave to replace another.
  useEffect(() => setOptions((old) => ({ ...old, overwrite: false })), [output]);
  const ended = (running.jobs ?? []).filter((job) => job.state === "done").map((job) => job.id);
  return (
    <div className="daisy-work">
      <div className="daisy-side">
        <Sections
          channel={channel}
          host={host}
          workflow={workflow}
          description={description}
          options={options}
          onOptions={(change) => setOptions((old) => ({ ...old, ...change }))}
          ended={ended.join()}
          shown={shown}
          onShow={setShown}
        />
        <RunBar
          channel={channel}
          running={running}
          check={check}
          output={output}
          isReady={isReady}
          onRun={() => void running.start(parameters, options)}
          prefix="app"
        />
      </div>
      <Guard>
        <main className="daisy-main">
          {shown.length === 0 ? (
            <PreviewPanel channel={channel} workflow={workflow} />
          ) : (
            <Volumes channel={channel} host={host} paths={shown} onClose={() => setShown([])} />
          )}
        </main>
      </Guard>
    </div>
  );
}

/** Opens what the page was asked for, else what runs; once, when the runs are known. */
function useBeginning(workflow: Workflow, { input }: Description, running: Running, app: string | undefined, asked: string | undefined): void {
  const hasBegun = useRef(false);
  const { jobs } = running;
  useEffect(() => {
    if (jobs === null || hasBegun.current) return;
    hasBegun.current = true;
    const live = jobs.find((job) => job.app === app && isLive(job) && (asked === undefined || job.input === asked));
    if (live !== undefined) {
      running.show(live);
      workflow.take(live.parameters as Values);
    } else if (asked !== undefined && input !== null) void workflow.open(asked);
  }, [jobs, workflow, running, app, asked, input]);
}
