/** How a run is computed, and whether it may replace what is there. */

import type { ReactElement } from "react";
import { ChoiceEntry } from "../shared/Entries";
import type { Latest } from "../shared/latest";
import { useText } from "../texts";
import type { Check, RunOptions } from "./running";

interface Props {
  readonly check: Latest<Check>;
  readonly options: RunOptions;
  readonly onOptions: (change: Partial<RunOptions>) => void;
  /** Begins the names by which scripts know the controls. */
  readonly prefix: string;
}

export function RunSettings({ check, options, onOptions, prefix }: Props): ReactElement {
  const t = useText();
  return (
    <>
      <Overwrite check={check} options={options} onOptions={onOptions} />
      <ChoiceEntry
        label={t("run.engine")}
        help={t("run.engine.help")}
        testId={`${prefix}-engine`}
        value={options.engine}
        choices={[
          ["here", t("run.engine.here")],
          ["workers", t("run.engine.workers")],
        ]}
        onChange={(engine) => onOptions({ engine })}
      />
      <Workers options={options} onOptions={onOptions} prefix={prefix} />
    </>
  );
}

function Workers({ options, onOptions, prefix }: Omit<Props, "check">): ReactElement {
  const t = useText();
  return (
    <label className="daisy-field" title={t("run.workers.help")}>
      {t("run.workers")}
      <input
        type="number"
        min={1}
        max={256}
        title={t("run.workers.help")}
        data-testid={`${prefix}-workers`}
        disabled={options.engine === "here"}
        value={options.workers}
        onChange={(event) => event.target.value !== "" && onOptions({ workers: Math.max(1, Math.round(Number(event.target.value))) })}
      />
    </label>
  );
}

/** Asked only where there is something to lose. */
function Overwrite({ check, options, onOptions }: Omit<Props, "prefix">): ReactElement | null {
  const t = useText();
  if (!check.value?.exists) return null;
  return (
    <label className="daisy-check" title={t("run.overwrite.help")}>
      <input type="checkbox" checked={options.overwrite} onChange={(event) => onOptions({ overwrite: event.target.checked })} />
      {t("run.overwrite")}
    </label>
  );
}
