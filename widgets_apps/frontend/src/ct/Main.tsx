/** The pictures beside the steps: what the step that is worked at needs to be seen. */

import { type ReactElement, useState } from "react";
import { useText } from "../texts";
import { Link } from "../viewer/link";
import type { Latest } from "../shared/latest";
import { ScanPane, SecondPane, SinogramPane, SlicePane, StagePane } from "./panes";
import { useCt } from "./state";
import type { StepName } from "./stepNames";
import { Strip } from "./Strip";
import type { Preview } from "./types";
import { Volumes } from "../results/Volumes";
import { useWide } from "./wide";

interface Props {
  readonly step: StepName;
  /** The slice at the row of the view, which every step shares. */
  readonly slice: Latest<Preview>;
}

export function Main({ step, slice }: Props): ReactElement {
  const { channel, host, scan, view } = useCt();
  const t = useText();
  const isWide = useWide();
  const [link] = useState(() => new Link());
  if (step === "results" && view.volumes.length > 0) {
    return (
      <main className="daisy-main">
        <Volumes channel={channel} host={host} paths={view.volumes} />
      </main>
    );
  }
  if (scan === null) {
    return (
      <main className="daisy-main">
        <p className="daisy-muted">{t("ct.nothing")}</p>
      </main>
    );
  }
  return (
    <main className="daisy-main" data-step={step}>
      <div className="daisy-panes">
        {step === "scan" && <ScanPane scan={scan} />}
        {step === "prepare" && <StagePane />}
        <SlicePane preview={slice} link={link} />
        {step === "center" && <SecondPane link={link} />}
        {step === "reconstruct" && isWide && <SinogramPane />}
      </div>
      {step === "center" && <Strip found={slice.value?.center ?? null} />}
    </main>
  );
}
