/** Export: the same run as a notebook, or as a graph for the command line. */

import { type ReactElement, useState } from "react";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { useActing } from "../shared/acting";
import { ChoiceEntry, LineEntry } from "../shared/Entries";

const SUFFIXES = { notebook: ".ipynb", graph: ".json" } as const;

export type Kind = keyof typeof SUFFIXES;

interface Props {
  /** What can be written, the first one at first. */
  readonly kinds: readonly [Kind, ...Kind[]];
  /** The output of the run, beside which the file is proposed. */
  readonly output: string;
  readonly isReady: boolean;
  /** Writes the file; gives its path. */
  readonly write: (kind: Kind, path: string) => Promise<string>;
}

export function Export({ kinds, output, isReady, write }: Props): ReactElement {
  const t = useText();
  const [kind, setKind] = useState(kinds[0]);
  const [typed, setTyped] = useState<string | null>(null);
  const acting = useActing();
  const path = typed ?? output.replace(/\.[^./]*$/, "") + SUFFIXES[kind];

  return (
    <>
      {kinds.length > 1 && (
        <ChoiceEntry
          label={t("run.export.kind")}
          help={t("run.export.kind.help")}
          value={kind}
          choices={kinds.map((one) => [one, t(`run.export.${one}`)])}
          onChange={(next) => {
            setKind(next);
            setTyped(null);
          }}
        />
      )}
      <LineEntry label={t("run.export.path")} help={t("run.export.path.help")} value={path} onChange={setTyped} />
      <div className="daisy-buttons">
        <button type="button" title={t("run.export.kind.help")} disabled={!isReady || acting.isBusy} onClick={() => acting.act(async () => t("run.export.done", { path: await write(kind, path) }))}>
          {t("run.export.do")}
        </button>
        <span role="status">{acting.note}</span>
      </div>
      <ProblemNote problem={acting.problem} />
    </>
  );
}
