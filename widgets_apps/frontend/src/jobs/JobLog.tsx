/** What a job printed, read on while it goes on. */

import { type ReactElement, useEffect, useState } from "react";
import type { Channel } from "../channel";
import { useText } from "../texts";
import { isLive } from "./jobs";
import type { Job } from "./types";

const EVERY = 1000; // milliseconds
const MOST = 200_000; // characters that are shown, the last ones

interface Piece {
  readonly text: string;
  readonly offset: number;
}

export function JobLog({ channel, job }: { readonly channel: Channel; readonly job: Job }): ReactElement {
  const t = useText();
  const text = useLog(channel, job.id, isLive(job));
  return (
    <pre className="daisy-job-log" tabIndex={0} role="log" aria-label={t("jobs.log.help", { title: job.title })}>
      {text || t("jobs.log.empty")}
    </pre>
  );
}

function useLog(channel: Channel, id: number, goesOn: boolean): string {
  const [{ text, offset }, setRead] = useState<Piece>({ text: "", offset: 0 });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      if (isWanted && goesOn) timer = setTimeout(() => setTries((count) => count + 1), EVERY);
    };
    channel.request<Piece>("jobs.log", { id, offset }).then(({ result }) => {
      if (!isWanted) return;
      if (result.offset > offset) setRead({ text: (text + result.text).slice(-MOST), offset: result.offset });
      else later();
    }, later);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
    // What was read changes together with the offset.
  }, [channel, id, goesOn, offset, tries]);
  return text;
}
