/** What is known of a marked file before it is chosen, and its download. */

import { type ReactElement, useEffect, useState } from "react";
import type { Channel } from "../channel";
import type { Host } from "../host";
import { type Problem, ProblemNote, problemOf } from "../shell/problem";
import { useLanguage, useText } from "../texts";
import { DownloadLink } from "./DownloadLink";
import { sizeText, timeText } from "./format";
import type { Entry } from "./types";

/** Rows of label and value for a path; rejects with the reason where it is nothing that can be opened. */
export type Describe = (path: string) => Promise<readonly (readonly [string, string])[]>;

interface Props {
  readonly channel: Channel;
  readonly entry: Entry;
  readonly host: Host;
  readonly describe?: Describe;
}

export function Details({ channel, entry, host, describe }: Props): ReactElement {
  const t = useText();
  const language = useLanguage();
  const [rows, setRows] = useState<readonly (readonly [string, string])[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let isNewest = true;
    describe?.(entry.path).then(
      (found) => isNewest && setRows(found),
      (error: unknown) => isNewest && setProblem(problemOf(error)),
    );
    return () => {
      isNewest = false;
    };
  }, [describe, entry.path]);
  return (
    <aside className="daisy-file-details" aria-label={t("files.details")}>
      <h3>{entry.name}</h3>
      <p>
        {sizeText(entry.size)} {timeText(entry.modified, language)}
      </p>
      <RowTable rows={rows} />
      <ProblemNote problem={problem} />
      <DownloadLink channel={channel} host={host} path={entry.path} />
    </aside>
  );
}

export function RowTable({ rows }: { rows: readonly (readonly [string, string])[] }): ReactElement | null {
  if (rows.length === 0) return null;
  return (
    <table className="daisy-rows">
      <tbody>
        {rows.map(([label, value]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
