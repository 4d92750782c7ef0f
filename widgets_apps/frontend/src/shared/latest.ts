/** Asks again whenever the question changes: one answer is waited for, of the later questions only the newest. */

import { useEffect, useRef, useState } from "react";
import { type Problem, problemOf } from "../shell/problem";

export interface Latest<T> {
  /** The newest answer; it stays until the next one is there. */
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly isBusy: boolean;
}

type Ask<T> = () => Promise<T>;

interface Queue<T> {
  isAsking: boolean;
  next: Ask<T> | null;
  /** Changes when nothing is asked any more: an answer from before is not taken. */
  generation: number;
}

/** `ask` must be stable (useCallback) while the question is the same; null asks nothing. */
export function useLatest<T>(ask: Ask<T> | null): Latest<T> {
  const [state, setState] = useState<Latest<T>>({ value: null, problem: null, isBusy: false });
  const queue = useRef<Queue<T>>({ isAsking: false, next: null, generation: 0 });

  useEffect(() => {
    const waiting = queue.current;
    return () => {
      waiting.next = null;
      waiting.generation += 1;
    };
  }, []);

  useEffect(() => {
    const waiting = queue.current;
    waiting.next = ask;
    if (ask === null) {
      waiting.generation += 1;
      setState({ value: null, problem: null, isBusy: false });
    } else if (!waiting.isAsking) void drain();

    async function drain(): Promise<void> {
      waiting.isAsking = true;
      while (waiting.next !== null) {
        const current = waiting.next;
        const generation = waiting.generation;
        waiting.next = null;
        setState((old) => ({ ...old, isBusy: true }));
        try {
          const value = await current();
          if (generation === waiting.generation) setState({ value, problem: null, isBusy: waiting.next !== null });
        } catch (error) {
          if (generation === waiting.generation) setState((old) => ({ value: old.value, problem: problemOf(error), isBusy: waiting.next !== null }));
        }
      }
      waiting.isAsking = false;
    }
  }, [ask]);

  return state;
}

/** The value as it was when it last stood still for so many milliseconds. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
