/** Step Run: output, where it is computed, disk space, and the ways to take the parameters elsewhere. */

import type { ReactElement } from "react";
import { Export } from "../run/Export";
import type { RunOptions } from "../run/running";
import { RunSettings } from "../run/RunSettings";
import { useText } from "../texts";
import { Batch } from "./Batch";
import { Groups } from "./Groups";
import { Presets } from "./Presets";
import { useCt } from "./state";

interface Props {
  readonly options: RunOptions;
  readonly onOptions: (change: Partial<RunOptions>) => void;
}

export function RunStep({ options, onOptions }: Props): ReactElement {
  const { channel, scan, check, parameters, values } = useCt();
  const t = useText();
  return (
    <>
      <Groups names={["Output"]} />
      <RunSettings channel={channel} check={check} options={options} onOptions={onOptions} prefix="ct" />
      <details>
        <summary title={t("ct.presets.help")}>{t("ct.presets")}</summary>
        <Presets />
      </details>
      <details>
        <summary title={t("run.export.help")}>{t("run.export")}</summary>
        <Export
          kinds={["notebook", "graph"]}
          output={String(values["output"] ?? "")}
          isReady={scan !== null}
          write={async (kind, path) => (await channel.request<{ path: string }>("ct.export", { parameters, kind, path })).result.path}
        />
      </details>
      <details>
        <summary title={t("ct.batch.help")}>{t("ct.batch")}</summary>
        <Batch />
      </details>
    </>
  );
}
