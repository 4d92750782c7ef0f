/** What lies under the pointer: where it is, and the true value. */

import { type ReactElement, useEffect, useState } from "react";
import { useText } from "../texts";
import type { Engine } from "./engine";
import { numberText } from "./levels";
import { Newest } from "./newest";
import { useStore } from "./store";
import { placeText, planeDims } from "./types";

export function Readout({ engine }: { readonly engine: Engine }): ReactElement {
  const t = useText();
  const pointer = useStore(engine.store, (state) => state.pointer);
  const { source, axis } = engine.state;
  const value = useValue(engine);
  if (pointer === null) return <p className="daisy-viewer-readout daisy-viewer-muted">{t("viewer.pointer")}</p>;
  const places = [pointer.row, pointer.column].map((at, n) => {
    const dim = planeDims(source, axis)[n as 0 | 1];
    return `${source.dims[dim] ?? ""} ${at}${placeText(source, dim, at)}`;
  });
  return (
    <p className="daisy-viewer-readout" data-testid="viewer-readout">
      {places.join(", ")}: <strong>{value === undefined ? "…" : numberText(value, 7)}</strong> {source.units}
    </p>
  );
}

/** The true value under the pointer; undefined until it is known. */
function useValue(engine: Engine): number | null | undefined {
  const pointer = useStore(engine.store, (state) => state.pointer);
  const source = useStore(engine.store, (state) => state.source);
  const axis = useStore(engine.store, (state) => state.axis);
  const index = useStore(engine.store, (state) => state.index);
  const [value, setValue] = useState<number | null>();
  const [newest] = useState(() => new Newest((problem) => engine.store.set({ problem })));
  const row = pointer?.row;
  const column = pointer?.column;
  useEffect(() => {
    if (row === undefined || column === undefined) return undefined;
    let isWanted = true;
    newest.ask(async () => {
      const asked = { source: source.source, axis, index, row, column };
      const { result } = await engine.channel.request<{ value: number | null }>("viewer.value", asked, { lane: `value:${engine.lane}` });
      if (isWanted) setValue(result.value);
    });
    return () => {
      isWanted = false;
      setValue(undefined);
    };
  }, [engine, newest, source, axis, index, row, column]);
  return value;
}
