/** Which file or folder is worked at: typed, chosen among the files, or one of the recent ones. */

import { type ReactElement, useEffect, useId, useState } from "react";
import type { Channel } from "../channel";
import type { Host } from "../host";
import { LineEntry } from "../shared/Entries";
import { useText } from "../texts";
import type { Describe } from "./Details";
import { FileBrowser } from "./FileBrowser";
import { folderOf, nameOf } from "./format";
import type { Entry } from "./types";

interface Props {
  readonly channel: Channel;
  readonly host: Host;
  readonly label: string;
  readonly help: string;
  /** What is open, or was tried last. */
  readonly path: string;
  readonly opened: string | null;
  readonly isOpening: boolean;
  readonly error: string | undefined;
  readonly onOpen: (path: string) => void;
  /** What is shown of a marked file before it is chosen. */
  readonly describe?: Describe;
  /** Begins the names by which scripts know the controls. */
  readonly prefix: string;
}

export function InputEntry(props: Props): ReactElement {
  const { channel, host, label, help, path, opened, isOpening, error, onOpen, describe, prefix } = props;
  const t = useText();
  const list = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? path;
  const [isBrowsing, setBrowsing] = useState(false);
  const recent = useRecent(channel, opened);
  function go(chosen: string): void {
    setTyped(null);
    onOpen(chosen);
  }
  return (
    <>
      <form
        className="daisy-scan-entry"
        onSubmit={(event) => {
          event.preventDefault();
          go(shown.trim());
        }}
      >
        <LineEntry
          label={label}
          help={help}
          value={shown}
          onChange={setTyped}
          testId={`${prefix}-input`}
          error={error}
          list={list}
          onBrowse={{ label: t("files.browse"), help: t("files.browse.help"), open: () => setBrowsing(true) }}
        />
        <datalist id={list}>
          {recent.map((entry) => (
            <option key={entry.path} value={entry.path}>
              {nameOf(entry.path)}
            </option>
          ))}
        </datalist>
        <button
          type="submit"
          className="daisy-primary"
          title={t("files.open.help")}
          data-testid={`${prefix}-open`}
          disabled={shown.trim() === ""}
        >
          {t(isOpening ? "files.opening" : "files.open")}
        </button>
      </form>
      {opened === null && <Recent entries={recent} onOpen={go} />}
      {isBrowsing && (
        <FileBrowser
          channel={channel}
          host={host}
          purpose="one"
          start={folderOf(shown)}
          {...(describe && { describe })}
          onChoose={([chosen]) => {
            setBrowsing(false);
            if (chosen !== undefined) go(chosen);
          }}
          onClose={() => setBrowsing(false)}
        />
      )}
    </>
  );
}

const MOST_RECENT = 6;

function Recent({ entries, onOpen }: { entries: readonly Entry[]; onOpen: (path: string) => void }): ReactElement | null {
  const t = useText();
  if (entries.length === 0) return null;
  return (
    <div className="daisy-recent" role="group" aria-label={t("files.recent.list")}>
      <span className="daisy-muted">{t("files.recent.list")}</span>
      {entries.slice(0, MOST_RECENT).map((entry) => (
        <button key={entry.path} type="button" title={entry.path} onClick={() => onOpen(entry.path)}>
          {entry.name}
        </button>
      ))}
    </div>
  );
}

/** What was opened last; what is open is told to the server. */
function useRecent(channel: Channel, path: string | null): readonly Entry[] {
  const [recent, setRecent] = useState<readonly Entry[]>([]);
  useEffect(() => {
    const told = path === null ? Promise.resolve() : channel.request("files.remember", { path });
    Promise.resolve(told)
      .then(() => channel.request<{ entries: readonly Entry[] }>("files.recent"))
      .then(
        ({ result }) => setRecent(result.entries),
        () => undefined, // a convenience: the path can be typed
      );
  }, [channel, path]);
  return recent;
}
