/** Volumes that are open: one in three planes or in 3-D, or two to compare. */

import { type ReactElement, useCallback, useEffect, useState } from "react";
import type { Channel } from "../channel";
import { nameOf } from "../files/format";
import type { Host } from "../host";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { Compare } from "../viewer/Compare";
import { SliceViewer } from "../viewer/SliceViewer";
import { VolumeView } from "../viewer/VolumeView";
import { useLatest } from "../shared/latest";
import type { Source } from "../viewer/types";

interface Props {
  readonly channel: Channel;
  readonly host: Host;
  readonly paths: readonly string[];
  /** Goes back to what was shown before. */
  readonly onClose?: () => void;
}

export function Volumes({ channel, host, paths, onClose }: Props): ReactElement {
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
    <section className="daisy-pane" aria-label={t("results.volumes")} data-busy={isBusy}>
      <header>
        <h3>{paths.map(nameOf).join(" | ")}</h3>
        {second === undefined && (
          <div role="group" aria-label={t("results.view")} className="daisy-buttons">
            {(["slices", "volume"] as const).map((one) => (
              <button key={one} type="button" title={t(`results.${one}`)} aria-pressed={mode === one} onClick={() => setMode(one)}>
                {t(`results.${one}`)}
              </button>
            ))}
          </div>
        )}
        {onClose !== undefined && (
          <button type="button" title={t("results.back.help")} onClick={onClose}>
            {t("results.back")}
          </button>
        )}
        <span role="status">{isBusy && t("results.opening")}</span>
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
