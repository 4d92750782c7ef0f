/** Button for uploads, and how far each is. */

import { type ReactElement, useEffect, useRef, useState } from "react";
import type { Channel } from "../channel";
import { type Problem, ProblemNote, problemOf } from "../shell/problem";
import { useText } from "../texts";
import { sizeText } from "./format";
import { upload } from "./upload";

interface Sending {
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  readonly state: "sending" | "done" | "stopped" | "failed";
  readonly problem: Problem | null;
  readonly stop: () => void;
}

interface Props {
  readonly channel: Channel;
  readonly folder: string;
  readonly onDone: (path: string) => void;
}

export function Uploads({ channel, folder, onDone }: Props): ReactElement {
  const t = useText();
  const picker = useRef<HTMLInputElement>(null);
  const [sendings, setSendings] = useState<readonly Sending[]>([]);
  useStopWithThePage(sendings);

  function change(name: string, part: Partial<Sending>): void {
    setSendings((old) => old.map((one) => (one.name === name ? { ...one, ...part } : one)));
  }

  async function send(file: File): Promise<void> {
    const control = new AbortController();
    const { name, size } = file;
    const begun: Sending = { name, size, sent: 0, state: "sending", problem: null, stop: () => control.abort() };
    setSendings((old) => [...old.filter((one) => one.name !== name), begun]);
    try {
      const path = await upload(channel, folder, file, {
        signal: control.signal,
        onProgress: (sent) => change(name, { sent }),
      });
      change(name, { state: "done", sent: size });
      onDone(path);
    } catch (error) {
      if (control.signal.aborted) change(name, { state: "stopped" });
      else change(name, { state: "failed", problem: problemOf(error) });
    }
  }

  return (
    <div className="daisy-uploads">
      <button type="button" title={t("files.upload.help")} onClick={() => picker.current?.click()}>
        {t("files.upload")}
      </button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t("files.upload")}
        onChange={(event) => {
          for (const file of event.target.files ?? []) void send(file);
          event.target.value = ""; // so that the same file can be chosen again
        }}
      />
      {sendings.map((one) => (
        <SendingRow key={one.name} sending={one} />
      ))}
    </div>
  );
}

/** Stops what is being sent when the dialog closes. */
function useStopWithThePage(sendings: readonly Sending[]): void {
  const latest = useRef(sendings);
  useEffect(() => {
    latest.current = sendings;
  });
  useEffect(() => () => latest.current.forEach((one) => one.stop()), []);
}

function SendingRow({ sending }: { sending: Sending }): ReactElement {
  const t = useText();
  const { name, size, sent, state, problem, stop } = sending;
  if (state === "done") return <span role="status">{t("files.upload.done", { name })}</span>;
  if (state === "stopped") return <span role="status">{t("files.upload.stopped", { name })}</span>;
  if (state === "failed") return <ProblemNote problem={problem} />;
  return (
    <span className="daisy-sending">
      <progress aria-label={t("files.upload.progress", { name })} value={sent} max={Math.max(size, 1)} />
      {name}: {sizeText(sent)} / {sizeText(size)}
      <button type="button" title={t("files.upload.stop.help")} onClick={stop}>
        {t("files.upload.stop")}
      </button>
    </span>
  );
}
