/** Step Scan: which scan, how it is read, and what it is. */

import { type ReactElement, useCallback, useEffect, useId, useState } from "react";
import { RowTable } from "../files/Details";
import { FileBrowser } from "../files/FileBrowser";
import { folderOf, nameOf } from "../files/format";
import type { Entry } from "../files/types";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { LineEntry } from "./Entries";
import { Groups } from "./Groups";
import { detailRows } from "./scan";
import { READING, useCt } from "./state";
import type { Scan } from "./types";

export function ScanStep(): ReactElement {
  const { scan, problem, errors, form } = useCt();
  const t = useText();
  const isWrong = form.fields.some((field) => field.group === READING && !field.role && errors[field.name] !== undefined);
  return (
    <>
      <ScanEntry />
      <ProblemNote problem={problem} />
      {scan !== null && (
        <details open>
          <summary title={t("ct.details.help")}>{t("ct.details")}</summary>
          <RowTable rows={detailRows(scan.details, t)} />
        </details>
      )}
      <details open={problem !== null || isWrong || undefined}>
        <summary title={t("ct.reading.help")}>{t("ct.reading")}</summary>
        <Groups names={[READING]} omit={["input"]} />
      </details>
    </>
  );
}

function ScanEntry(): ReactElement {
  const { channel, host, scan, path, isOpening, errors, open } = useCt();
  const t = useText();
  const list = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? path;
  const [isBrowsing, setBrowsing] = useState(false);
  const recent = useRecent(scan?.path ?? null);
  const describe = useCallback(
    async (one: string) => detailRows((await channel.request<Scan>("ct.open", { path: one, options: {} })).result.details, t),
    [channel, t],
  );
  function go(chosen: string): void {
    setTyped(null);
    void open(chosen);
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
          label={t("ct.input")}
          help={t("ct.input.help")}
          value={shown}
          onChange={setTyped}
          testId="ct-input"
          error={errors["input"]}
          list={list}
          onBrowse={{ label: t("ct.browse"), help: t("ct.browse.help"), open: () => setBrowsing(true) }}
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
          title={t("ct.open.help")}
          data-testid="ct-open"
          disabled={shown.trim() === ""}
        >
          {t(isOpening ? "ct.opening" : "ct.open")}
        </button>
      </form>
      {scan === null && <Recent entries={recent} onOpen={go} />}
      {isBrowsing && (
        <FileBrowser
          channel={channel}
          host={host}
          purpose="one"
          start={folderOf(shown)}
          describe={describe}
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
    <div className="daisy-recent" role="group" aria-label={t("ct.recent")}>
      <span className="daisy-muted">{t("ct.recent")}</span>
      {entries.slice(0, MOST_RECENT).map((entry) => (
        <button key={entry.path} type="button" title={entry.path} onClick={() => onOpen(entry.path)}>
          {entry.name}
        </button>
      ))}
    </div>
  );
}

/** The scans that were opened last; the one that is open is told to the server. */
function useRecent(path: string | null): readonly Entry[] {
  const { channel } = useCt();
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
