/** A live preview: what a stage makes of one row or projection with the parameters as they are. */

import { type ReactElement, type ReactNode, useCallback } from "react";
import type { Values } from "../form/model";
import { Notes } from "../shell/Notes";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import type { Link } from "../viewer/link";
import { SliceViewer, type ViewerChange } from "../viewer/SliceViewer";
import { type Latest, useLatest } from "./latest";
import { numberText } from "./scan";
import { useCt, useStable } from "./state";
import type { Preview, Source, Stage } from "./types";

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

interface Props {
  readonly title: string;
  readonly preview: Latest<Preview>;
  readonly testId?: string;
  /** Moves it together with other previews. */
  readonly link?: Link;
  readonly onChange?: (change: ViewerChange, source: Source) => void;
  /** Controls that say themselves what is shown, in place of the title. */
  readonly children?: ReactNode;
}

export function PreviewPane({ title, preview, testId, link, onChange, children }: Props): ReactElement {
  const t = useText();
  const { channel } = useCt();
  const { value, problem, isBusy } = preview;
  return (
    <section className="daisy-pane" aria-label={t("ct.preview.of", { what: title })} data-testid={testId} data-busy={isBusy}>
      <header>
        {children ?? <h3>{title}</h3>}
      </header>
      {problem !== null && Object.keys(problem.fields).length > 0 ? (
        <span className="daisy-field-error">{t("ct.preview.wrong")}</span>
      ) : (
        <ProblemNote problem={problem} />
      )}
      <div className="daisy-pane-body">
        {value === null && isBusy && (
          <p className="daisy-waiting" aria-hidden="true">
            {t("ct.preview.busy")}
          </p>
        )}
        {value !== null && (
          <SliceViewer
            channel={channel}
            source={value.source}
            options={{ window: value.range, compact: true }}
            {...(link && { link })}
            {...(onChange && { onChange: (change) => onChange(change, value.source) })}
          />
        )}
      </div>
      <footer>
        <Notes of={value?.warnings ?? []} />
        <span role="status">{isBusy ? t("ct.preview.busy") : value !== null && previewWords(value, t)}</span>
      </footer>
    </section>
  );
}

function previewWords(preview: Preview, t: ReturnType<typeof useText>): string {
  const center = preview.center === null ? [] : [t("ct.preview.center", { center: numberText(preview.center) })];
  return [...center, t("ct.preview.seconds", { seconds: preview.seconds.toFixed(2) })].join(", ");
}
