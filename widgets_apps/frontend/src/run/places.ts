/** Where runs can be computed, as the server offers it. */

import { useEffect, useState } from "react";
import type { Channel } from "../channel";
import { useWireState } from "../shell/connection";

export type Place = "here" | "workers" | "kubernetes";

const FIRST: readonly Place[] = ["here", "workers"];

export function usePlaces(channel: Channel): readonly Place[] {
  const [places, setPlaces] = useState(FIRST);
  const wire = useWireState(channel);
  useEffect(() => {
    if (wire !== "open") return;
    channel.request<{ places: readonly Place[] }>("jobs.places").then(
      ({ result }) => setPlaces(result.places),
      () => undefined, // the usual places stay
    );
  }, [channel, wire]);
  return places;
}
