/** The state of the way to the server, and which session answers. */

import { useEffect, useState, useSyncExternalStore } from "react";
import type { Channel, WireState } from "../channel";

export function useWireState(channel: Channel): WireState {
  return useSyncExternalStore(
    (changed) => channel.onState(changed),
    () => channel.state,
  );
}

/** Name of the session that answers; another one where all that was open is gone. Null until it is known. */
export function useSession(channel: Channel): string | null {
  const state = useWireState(channel);
  const [session, setSession] = useState<string | null>(null);
  useEffect(() => {
    if (state !== "open") return;
    channel.request<{ session: string }>("app.hello").then(
      ({ result }) => setSession(result.session),
      () => undefined, // lost again: asked when the state changes
    );
  }, [channel, state]);
  return session;
}
