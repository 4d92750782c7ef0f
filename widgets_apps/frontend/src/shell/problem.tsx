/** What went wrong, in words: the sentence, and what to do. */

import type { ReactElement } from "react";
import { Lost, RequestError, Superseded } from "../channel";
import { useSentence } from "../sentences";
import { useText } from "../texts";

export interface Problem {
  readonly message: string;
  readonly remedy: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The problem of a failed request; null where nobody needs to be told: superseded, or the banner tells of it. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Superseded || error instanceof Lost) return null;
  if (error instanceof RequestError) return { message: error.message, remedy: error.remedy, fields: error.fields };
  return { message: error instanceof Error ? error.message : String(error), remedy: "", fields: {} };
}

export function ProblemNote({ problem }: { problem: Problem | null }): ReactElement | null {
  const t = useText();
  const say = useSentence();
  if (problem === null) return null;
  return (
    <div className="daisy-problem" role="alert">
      <span>{say(problem.message)}</span>
      {problem.remedy !== "" && <small>{t("shell.remedy", { remedy: say(problem.remedy) })}</small>}
    </div>
  );
}
