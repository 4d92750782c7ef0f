/** Measures of the slice that is shown: asked for when it has stood still for a moment. */

import { useEffect, useRef, useState } from "react";
import type { Engine } from "./engine";
import { Newest } from "./newest";
import { useStore } from "./store";

const STILL = 120; // milliseconds; stepping through slices asks for none of those that pass

/** The answer to `method` for the slice that is shown; `params` null asks nothing. Until the next answer the last one stays. */
export function useMeasure<T>(engine: Engine, method: string, params: object | null): T | null {
  const source = useStore(engine.store, (state) => state.source);
  const axis = useStore(engine.store, (state) => state.axis);
  const index = useStore(engine.store, (state) => state.index);
  const [answer, setAnswer] = useState<T | null>(null);
  const [newest] = useState(() => new Newest((problem) => engine.store.set({ problem })));
  const asked = JSON.stringify(params);
  const lane = `${method}:${engine.lane}`;
  const last = useRef(index);
  useEffect(() => {
    if (asked === "null") return undefined;
    let isWanted = true;
    const request = async (): Promise<void> => {
      const given = { source: source.source, axis, index, ...(JSON.parse(asked) as object) };
      const { result } = await engine.channel.request<T>(method, given, { lane });
      if (isWanted) setAnswer(result);
    };
    const timer = setTimeout(() => newest.ask(request), last.current === index ? 0 : STILL);
    last.current = index;
    return () => {
      isWanted = false;
      clearTimeout(timer);
      newest.drop();
    };
  }, [engine, newest, method, lane, source, axis, index, asked]);
  return answer;
}
