/** The state of the way to the server. */

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Channel, WireState } from "../channel";

export function useWireState(channel: Channel): WireState {
  return useSyncExternalStore(
    (changed) => channel.onState(changed),
    () => channel.state,
  );
}

/** Counts how often the way to the server came back: what was asked in the meantime is asked again. */
export function useAttachment(channel: Channel): number {
  const [count, setCount] = useState(0);
  const wasLost = useRef(false);
  useEffect(
    () =>
      channel.onState((state) => {
        if (state === "open" && wasLost.current) setCount((old) => old + 1);
        wasLost.current = state === "lost" || state === "ended";
      }),
    [channel],
  );
  return count;
}
