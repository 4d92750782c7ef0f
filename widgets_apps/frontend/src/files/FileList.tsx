/** Entries of a folder, or of a search, as a table that works by keyboard. */

import type { ReactElement } from "react";
import { useLanguage, useText } from "../texts";
import { sizeText, timeText } from "./format";
import type { Entry } from "./types";

interface Props {
  readonly entries: readonly Entry[];
  readonly marked: ReadonlySet<string>;
  readonly many: boolean;
  /** A search shows paths, a folder names. */
  readonly showPaths: boolean;
  readonly onMark: (entry: Entry) => void;
  /** Double click, or Enter on what is marked. */
  readonly onOpen: (entry: Entry) => void;
}

const OUTLINES = {
  folder: "M1.5 3.5h5l1.5 2h6.5v7.5h-13z",
  file: "M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3",
  zarr: "M1.5 1.5h13v13h-13zM1.5 5.8h13M1.5 10.2h13M5.8 1.5v13M10.2 1.5v13",
} as const;

function Sign({ kind }: { kind: Entry["kind"] }): ReactElement {
  return (
    <svg className="daisy-sign" viewBox="0 0 16 16" aria-hidden="true">
      <path d={OUTLINES[kind]} />
    </svg>
  );
}

export function FileList(props: Props): ReactElement {
  const t = useText();
  if (props.entries.length === 0) return <p className="daisy-muted">{t("files.nothing")}</p>;
  return (
    <table className="daisy-files" aria-label={t("files.list")}>
      <thead>
        <tr>
          {props.many && <th scope="col" aria-label={t("files.marked", { count: props.marked.size })} />}
          <th scope="col">{t("files.name")}</th>
          <th scope="col">{t("files.size")}</th>
          <th scope="col">{t("files.modified")}</th>
        </tr>
      </thead>
      <tbody>
        {props.entries.map((entry) => (
          <Row key={entry.path} entry={entry} {...props} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: Props & { entry: Entry }): ReactElement {
  const { entry, marked, many, showPaths, onMark, onOpen } = props;
  const t = useText();
  const language = useLanguage();
  const isMarked = marked.has(entry.path);
  return (
    <tr data-path={entry.path} data-marked={isMarked || undefined} onDoubleClick={() => onOpen(entry)}>
      {many && (
        <td>
          {entry.kind !== "folder" && (
            <input
              type="checkbox"
              aria-label={t("files.mark", { name: entry.name })}
              checked={isMarked}
              onChange={() => onMark(entry)}
            />
          )}
        </td>
      )}
      <td>
        <button
          type="button"
          className="daisy-file-name"
          aria-pressed={isMarked}
          disabled={!entry.readable}
          title={entry.readable ? entry.path : t("files.unreadable")}
          onClick={() => (entry.kind === "folder" && isMarked ? onOpen(entry) : onMark(entry))}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            onOpen(entry);
          }}
        >
          <Sign kind={entry.kind} /> {showPaths ? entry.path : entry.name}
        </button>
      </td>
      <td>{sizeText(entry.size)}</td>
      <td>{timeText(entry.modified, language)}</td>
    </tr>
  );
}
