/** Step Run: output, where it is computed, disk space, and the ways to take the parameters elsewhere. */

import type { ReactElement } from "react";
import { useText } from "../texts";
import { Batch } from "./Batch";
import { ChoiceEntry } from "./Entries";
import { Export } from "./Export";
import { Groups } from "./Groups";
import { Presets } from "./Presets";
import type { RunOptions } from "./running";
import { useCt } from "./state";

interface Props {
  readonly options: RunOptions;
  readonly onOptions: (change: Partial<RunOptions>) => void;
}

export function RunStep({ options, onOptions }: Props): ReactElement {
  const t = useText();
  return (
    <>
      <Groups names={["Output"]} />
      <Overwrite options={options} onOptions={onOptions} />
      <ChoiceEntry
        label={t("ct.engine")}
        help={t("ct.engine.help")}
        testId="ct-engine"
        value={options.engine}
        choices={[
          ["here", t("ct.engine.here")],
          ["workers", t("ct.engine.workers")],
        ]}
        onChange={(engine) => onOptions({ engine })}
      />
      <Workers options={options} onOptions={onOptions} />
      <details>
        <summary title={t("ct.presets.help")}>{t("ct.presets")}</summary>
        <Presets />
      </details>
      <details>
        <summary title={t("ct.export.help")}>{t("ct.export")}</summary>
        <Export />
      </details>
      <details>
        <summary title={t("ct.batch.help")}>{t("ct.batch")}</summary>
        <Batch />
      </details>
    </>
  );
}

function Workers({ options, onOptions }: Props): ReactElement {
  const t = useText();
  return (
    <label className="daisy-field" title={t("ct.workers.help")}>
      {t("ct.workers")}
      <input
        type="number"
        min={1}
        max={256}
        title={t("ct.workers.help")}
        data-testid="ct-workers"
        disabled={options.engine === "here"}
        value={options.workers}
        onChange={(event) => event.target.value !== "" && onOptions({ workers: Math.max(1, Math.round(Number(event.target.value))) })}
      />
    </label>
  );
}

/** Asked only where there is something to lose. */
function Overwrite({ options, onOptions }: Props): ReactElement | null {
  const { check } = useCt();
  const t = useText();
  if (!check.value?.exists) return null;
  return (
    <label className="daisy-check" title={t("ct.overwrite.help")}>
      <input type="checkbox" checked={options.overwrite} onChange={(event) => onOptions({ overwrite: event.target.checked })} />
      {t("ct.overwrite")}
    </label>
  );
}
