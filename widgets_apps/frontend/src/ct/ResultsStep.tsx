/** Step Results: what was reconstructed. */

import type { ReactElement } from "react";
import { Results } from "../results/Results";
import { useText } from "../texts";
import { numberText } from "./scan";
import { useCt } from "./state";
import type { CtResult } from "./types";

/** `ended` changes when a run ends, and the list is asked for again. */
export function ResultsStep({ ended }: { ended: string }): ReactElement {
  const { channel, host, view, look, open } = useCt();
  const t = useText();
  return (
    <Results<CtResult>
      channel={channel}
      host={host}
      part="ct"
      testId="ct-results"
      ended={ended}
      shown={view.volumes}
      onShow={(volumes) => look({ volumes })}
      onAgain={(input, parameters) => void open(input, parameters)}
      words={({ center }) => (typeof center === "number" ? t("ct.preview.center", { center: numberText(center) }) : "")}
    />
  );
}
