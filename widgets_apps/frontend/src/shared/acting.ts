/** A request that a button makes: whether it is under way, what it gave, and why it failed. */

import { useState } from "react";
import { type Problem, problemOf } from "../shell/problem";

export interface Acting {
  readonly isBusy: boolean;
  readonly problem: Problem | null;
  /** What was done last, in words. */
  readonly note: string;
  act(what: () => Promise<string>): void;
}

export function useActing(): Acting {
  const [state, setState] = useState<Omit<Acting, "act">>({ isBusy: false, problem: null, note: "" });
  async function act(what: () => Promise<string>): Promise<void> {
    setState({ isBusy: true, problem: null, note: "" });
    try {
      setState({ isBusy: false, problem: null, note: await what() });
    } catch (error) {
      setState({ isBusy: false, problem: problemOf(error), note: "" });
    }
  }
  return { ...state, act: (what) => void act(what) };
}
