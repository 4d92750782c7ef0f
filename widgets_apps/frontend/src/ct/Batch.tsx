/** Same again with other scans: one run a scan, with the parameters as they are. */

import { type ReactElement, useState } from "react";
import { FileBrowser } from "../files/FileBrowser";
import { folderOf } from "../files/format";
import { ProblemNote } from "../shell/problem";
import { useSentence } from "../sentences";
import { useText } from "../texts";
import { useActing } from "../shared/acting";
import { LineEntry } from "../shared/Entries";
import { useCt } from "./state";

export function Batch(): ReactElement {
  const { channel, host, scan, parameters, values } = useCt();
  const t = useText();
  const [inputs, setInputs] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState<string | null>(null);
  const [isBrowsing, setBrowsing] = useState(false);
  const acting = useActing();
  const folder = typed ?? folderOf(String(values["output"] ?? ""));

  async function start(): Promise<string> {
    const { result } = await channel.request<{ jobs: readonly unknown[] }>("ct.batch", { parameters, inputs, folder });
    return t("ct.batch.started", { count: result.jobs.length });
  }
  return (
    <>
      <div className="daisy-buttons">
        <button type="button" title={t("ct.batch.choose.help")} onClick={() => setBrowsing(true)}>
          {t("ct.batch.choose")}
        </button>
        <span>{t("ct.batch.chosen", { count: inputs.length })}</span>
      </div>
      <ul className="daisy-paths">
        {inputs.map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ul>
      <LineEntry label={t("ct.batch.folder")} help={t("ct.batch.folder.help")} value={folder} onChange={setTyped} />
      <div className="daisy-buttons">
        <button
          type="button"
          title={t("ct.batch.start.help")}
          disabled={inputs.length === 0 || acting.isBusy}
          onClick={() => acting.act(start)}
        >
          {t("ct.batch.start")}
        </button>
        <span role="status">{acting.note}</span>
      </div>
      <ProblemNote problem={acting.problem} />
      <FieldProblems fields={acting.problem?.fields ?? {}} />
      {isBrowsing && (
        <FileBrowser
          channel={channel}
          host={host}
          purpose="many"
          start={folderOf(scan?.path ?? "")}
          onChoose={(paths) => {
            setInputs(paths);
            setBrowsing(false);
          }}
          onClose={() => setBrowsing(false)}
        />
      )}
    </>
  );
}

/** What is wrong with each scan. */
function FieldProblems({ fields }: { fields: Readonly<Record<string, string>> }): ReactElement {
  const say = useSentence();
  return (
    <ul className="daisy-paths">
      {Object.entries(fields).map(([path, sentence]) => (
        <li key={path} className="daisy-field-error">
          {path}: {say(sentence)}
        </li>
      ))}
    </ul>
  );
}
