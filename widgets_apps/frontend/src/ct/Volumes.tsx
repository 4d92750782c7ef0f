/** Volumes that are open: one in three planes or in 3-D, or two to compare. */

import { type ReactElement, useCallback, useEffect, useState } from "react";
import { nameOf } from "../files/format";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { Compare } from "../viewer/Compare";
import { SliceViewer } from "../viewer/SliceViewer";
import { VolumeView } from "../viewer/VolumeView";
import { useLatest } from "./latest";
import { useCt } from "./state";
import type { Source } from "./types";

export function Volumes({ paths }: { paths: readonly string[] }): ReactElement {
  const { channel, host } = useCt();
  const t = useText();
  const [mode, setMode] = useState<"slices" | "volume">("slices");
  const ask = useCallback(
    () => Promise.all(paths.map(async (path) => (await channel.request<Source>("viewer.open", { path })).result)),
    [channel, paths],
  );
  const { value, problem, isBusy } = useLatest(ask);
  useEffect(
    () => () => value?.forEach((one) => void channel.request("viewer.close", { source: one.source }).catch(() => undefined)),
    [channel, value],
  );
  const [first, second] = value ?? [];
  return (
    <section className="daisy-pane" aria-label={t("ct.results.volumes")} data-busy={isBusy}>
      <header>
        <h3>{paths.map(nameOf).join(" | ")}</h3>
        {second === undefined && (
          <div role="group" aria-label={t("ct.results.view")} className="daisy-buttons">
            {(["slices", "volume"] as const).map((one) => (
              <button key={one} type="button" title={t(`ct.results.${one}`)} aria-pressed={mode === one} onClick={() => setMode(one)}>
                {t(`ct.results.${one}`)}
              </button>
            ))}
          </div>
        )}
        <span role="status">{isBusy && t("ct.opening")}</span>
      </header>
      <ProblemNote problem={problem} />
      <div className="daisy-pane-body">
        {first !== undefined && second !== undefined && <Compare channel={channel} first={first} second={second} />}
        {first !== undefined && second === undefined && mode === "slices" && <SliceViewer channel={channel} source={first} />}
        {first !== undefined && second === undefined && mode === "volume" && (
          <VolumeView channel={channel} source={first} load={host.loadVolume} />
        )}
      </div>
    </section>
  );
}
