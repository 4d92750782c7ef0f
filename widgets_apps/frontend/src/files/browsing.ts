/** What the file browser shows: a folder, what a search found, or what was recent. */

import { useCallback, useEffect, useState } from "react";
import type { Channel } from "../channel";
import { type Problem, problemOf } from "../shell/problem";
import type { Entry, Found, Listing, Place } from "./types";

const LANE = "files";

export interface Browsing {
  readonly folder: string;
  readonly parent: string | null;
  readonly shown: "folder" | "search" | "recent";
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly problem: Problem | null;
  readonly places: readonly Place[];
  readonly hidden: boolean;
  list(path: string): void;
  search(text: string): void;
  recent(): void;
  showHidden(hidden: boolean): void;
  makeFolder(name: string): void;
}

type Shown = Pick<Browsing, "folder" | "parent" | "shown" | "entries" | "more">;

const NOTHING: Shown = { folder: "", parent: null, shown: "folder", entries: [], more: false };

export function useBrowsing(channel: Channel, start: string): Browsing {
  const [shown, setShown] = useState<Shown>(NOTHING);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [hidden, setHidden] = useState(false);
  const places = usePlaces(channel);

  const ask = useCallback(
    async <T,>(method: string, params: object, take: (result: T) => void) => {
      try {
        take((await channel.request<T>(method, params, { lane: LANE })).result);
        setProblem(null);
      } catch (error) {
        setProblem((old) => problemOf(error) ?? old);
      }
    },
    [channel],
  );
  const list = useCallback(
    (path: string) =>
      void ask<Listing>("files.list", { path, hidden }, (found) =>
        setShown({ folder: found.path, parent: found.parent, shown: "folder", entries: found.entries, more: found.more }),
      ),
    [ask, hidden],
  );
  const found = (kind: "search" | "recent") => (result: Found) =>
    setShown((old) => ({ ...old, shown: kind, entries: result.entries, more: result.more ?? false }));

  const folder = shown.folder;
  const first = start !== "" ? start : (places[0]?.path ?? "");
  useEffect(() => {
    const path = folder !== "" ? folder : first;
    if (path !== "") list(path);
    // A folder that was chosen lists itself; here only the beginning and the change of `hidden`.
  }, [list, first]);

  return {
    ...shown,
    problem,
    places,
    hidden,
    list,
    search: (text) => (text.trim() === "" ? list(folder) : void ask<Found>("files.search", { path: folder, text }, found("search"))),
    recent: () => void ask<Found>("files.recent", {}, found("recent")),
    showHidden: setHidden,
    makeFolder: (name) =>
      void ask<unknown>("files.make_folder", { path: `${folder}/${name}` }, () => list(folder)),
  };
}

function usePlaces(channel: Channel): readonly Place[] {
  const [places, setPlaces] = useState<readonly Place[]>([]);
  useEffect(() => {
    channel.request<{ places: readonly Place[] }>("files.home").then(
      ({ result }) => setPlaces(result.places),
      () => undefined, // the path can still be typed
    );
  }, [channel]);
  return places;
}
