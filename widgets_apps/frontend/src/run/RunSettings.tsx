/** How a run is computed, and whether it may replace what is there. */

import { type ReactElement, useEffect } from "react";
import type { Channel } from "../channel";
import { ChoiceEntry } from "../shared/Entries";
import type { Latest } from "../shared/latest";
import { useText } from "../texts";
import { usePlaces } from "./places";
import type { Check, RunOptions } from "./running";

interface Props {
  readonly channel: Channel;
  readonly check: Latest<Check>;
  readonly options: RunOptions;
  readonly onOptions: (change: Partial<RunOptions>) => void;
  /** Begins the names by which scripts know the controls. */
  readonly prefix: string;
}

export function RunSettings({ channel, check, options, onOptions, prefix }: Props): ReactElement {
  const t = useText();
  const places = usePlaces(channel);
  const isOffered = places.includes(options.engine);
  useEffect(() => {
    if (!isOffered) onOptions({ engine: "here" });
  }, [isOffered, onOptions]);
  return (
    <>
      <Overwrite check={check} options={options} onOptions={onOptions} />
      <ChoiceEntry
        label={t("run.engine")}
        help={t("run.engine.help")}
        testId={`${prefix}-engine`}
        value={options.engine}
        choices={places.map((place) => [place, t(place === "here" && places.includes("kubernetes") ? "run.engine.pod" : `run.engine.${place}`)])}
        onChange={(engine) => onOptions({ engine })}
      />
      <Workers options={options} onOptions={onOptions} prefix={prefix} />
    </>
  );
}

function Workers({ options, onOptions, prefix }: Omit<Props, "channel" | "check">): ReactElement {
  const t = useText();
  const what = options.engine === "kubernetes" ? "run.pods" : "run.workers";
  return (
    <label className="daisy-field" title={t(`${what}.help`)}>
      {t(what)}
      <input
        type="number"
        min={1}
        max={256}
        title={t(`${what}.help`)}
        data-testid={`${prefix}-workers`}
        disabled={options.engine === "here"}
        value={options.workers}
        onChange={(event) => event.target.value !== "" && onOptions({ workers: Math.max(1, Math.round(Number(event.target.value))) })}
      />
    </label>
  );
}

/** Asked only where there is something to lose. */
function Overwrite({ check, options, onOptions }: Omit<Props, "channel" | "prefix">): ReactElement | null {
  const t = useText();
  if (!check.value?.exists) return null;
  return (
    <label className="daisy-check" title={t("run.overwrite.help")}>
      <input type="checkbox" checked={options.overwrite} onChange={(event) => onOptions({ overwrite: event.target.checked })} />
      {t("run.overwrite")}
    </label>
  );
}
