/** A pane with a live preview: the picture, how long it took, and what is wrong with it. */

import type { ReactElement, ReactNode } from "react";
import type { Channel } from "../channel";
import { Notes } from "../shell/Notes";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import type { Link } from "../viewer/link";
import { SliceViewer, type ViewerChange } from "../viewer/SliceViewer";
import type { Source, Window } from "../viewer/types";
import type { Latest } from "./latest";

/** A picture that the server computed. */
export interface Seen {
  readonly source: Source;
  readonly range: Window;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

export interface PaneProps<S extends Seen> {
  readonly channel: Channel;
  readonly title: string;
  readonly preview: Latest<S>;
  /** What an app says of a preview beside the seconds that it took. */
  readonly words?: (seen: S) => string;
  readonly testId?: string;
  /** Moves it together with other previews. */
  readonly link?: Link;
  readonly onChange?: (change: ViewerChange, source: Source) => void;
  /** Controls that say themselves what is shown, in place of the title. */
  readonly children?: ReactNode;
}

export function PreviewPane<S extends Seen>(props: PaneProps<S>): ReactElement {
  const { channel, title, preview, words, testId, link, onChange, children } = props;
  const t = useText();
  const { value, problem, isBusy } = preview;
  return (
    <section className="daisy-pane" aria-label={t("preview.of", { what: title })} data-testid={testId} data-busy={isBusy}>
      <header>
        {children ?? <h3>{title}</h3>}
      </header>
      {problem !== null && Object.keys(problem.fields).length > 0 ? (
        <span className="daisy-field-error">{t("preview.wrong")}</span>
      ) : (
        <ProblemNote problem={problem} />
      )}
      <div className="daisy-pane-body">
        {value === null && isBusy && (
          <p className="daisy-waiting" aria-hidden="true">
            {t("preview.busy")}
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
        <span role="status">
          {isBusy
            ? t("preview.busy")
            : value !== null && [words?.(value) ?? "", t("preview.seconds", { seconds: value.seconds.toFixed(2) })].filter(Boolean).join(", ")}
        </span>
      </footer>
    </section>
  );
}
