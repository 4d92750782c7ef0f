/** A live preview: what a stage makes of one row or projection with the parameters as they are. */

import { type ReactElement, useCallback } from "react";
import type { Values } from "../form/model";
import { type Latest, useLatest } from "../shared/latest";
import { type PaneProps, PreviewPane } from "../shared/PreviewPane";
import { useStable } from "../shared/stable";
import { useText } from "../texts";
import { numberText } from "./scan";
import { useCt } from "./state";
import type { Preview, Stage } from "./types";

export interface Question {
  readonly stage: Stage;
  readonly row: number;
  readonly angle?: number;
  readonly parameters: Values;
}

/** The newest preview; `lane` keeps previews that are shown together apart. */
export function usePreview(question: Question, lane: string): Latest<Preview> {
  const { channel, scan, attachment } = useCt();
  const stable = useStable(question);
  const ask = useCallback(
    async () => (await channel.request<Preview>("ct.preview", stable, { lane })).result,
    [channel, stable, lane, attachment],
  );
  return useLatest(scan === null ? null : ask);
}

/** A preview with the center that it was made with. */
export function CenteredPane(props: Omit<PaneProps<Preview>, "channel" | "words">): ReactElement {
  const { channel } = useCt();
  const t = useText();
  const words = ({ center }: Preview): string => (center === null ? "" : t("ct.preview.center", { center: numberText(center) }));
  return <PreviewPane {...props} channel={channel} words={words} />;
}
