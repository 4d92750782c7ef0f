/** The pods of a run: how many compute, why others do not yet, and what happened to them. */

import type { ReactElement } from "react";
import { isLive } from "../jobs/jobs";
import type { Job, Machines as Pods, Waiting } from "../jobs/types";
import { type Translate, useLanguage, useText } from "../texts";

export function Machines({ job, prefix }: { readonly job: Job | null; readonly prefix: string }): ReactElement | null {
  const t = useText();
  const language = useLanguage();
  const pods = job?.machines ?? null;
  if (job === null || pods === null) return null;
  return (
    <div className="daisy-machines" role="status" aria-label={t("run.machines")} data-testid={`${prefix}-machines`} data-joined={pods.joined}>
      {isLive(job) && <span title={t("run.machines.help", { cluster: pods.cluster })}>{joinedWords(pods, t)}</span>}
      {isLive(job) && pods.waiting.map((one, index) => <span key={index}>{waitingWords(one, one.words?.[language], t)}</span>)}
      {pods.notes.map((note, index) => (
        <span key={index} className="daisy-note">
          {note.words[language]}
        </span>
      ))}
    </div>
  );
}

function joinedWords({ joined, asked }: Pods, t: Translate): string {
  return t("run.machines.joined", { joined, asked });
}

/** Pods without a reason are on their way. */
function waitingWords({ count }: Waiting, reason: string | undefined, t: Translate): string {
  return reason === undefined ? t("run.machines.starting", { count }) : t("run.machines.waiting", { count, reason });
}
