/** Export: the same run as a notebook, or as a graph for the command line. */

import { type ReactElement, useState } from "react";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { useActing } from "./acting";
import { ChoiceEntry, LineEntry } from "./Entries";
import { useCt } from "./state";

const SUFFIXES = { notebook: ".ipynb", graph: ".json" } as const;

export function Export(): ReactElement {
  const { channel, scan, parameters, values } = useCt();
  const t = useText();
  const [kind, setKind] = useState<keyof typeof SUFFIXES>("notebook");
  const [typed, setTyped] = useState<string | null>(null);
  const acting = useActing();
  const output = String(values["output"] ?? "");
  const path = typed ?? output.replace(/\.[^./]*$/, "") + SUFFIXES[kind];

  async function write(): Promise<string> {
    const { result } = await channel.request<{ path: string }>("ct.export", { parameters, kind, path });
    return t("ct.export.done", { path: result.path });
  }
  return (
    <>
      <ChoiceEntry
        label={t("ct.export.kind")}
        help={t("ct.export.kind.help")}
        value={kind}
        choices={[
          ["notebook", t("ct.export.notebook")],
          ["graph", t("ct.export.graph")],
        ]}
        onChange={(next) => {
          setKind(next);
          setTyped(null);
        }}
      />
      <LineEntry label={t("ct.export.path")} help={t("ct.export.path.help")} value={path} onChange={setTyped} />
      <div className="daisy-buttons">
        <button type="button" title={t("ct.export.kind.help")} disabled={scan === null || acting.isBusy} onClick={() => acting.act(write)}>
          {t("ct.export.do")}
        </button>
        <span role="status">{acting.note}</span>
      </div>
      <ProblemNote problem={acting.problem} />
    </>
  );
}
