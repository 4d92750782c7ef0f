/** Which plane, and which of its slices: buttons, slider, entry, play. */

import type { ReactElement } from "react";
import { useText } from "../texts";
import type { Engine } from "./engine";
import { Icon } from "./Icon";
import { NumberEntry } from "./NumberEntry";
import { useStore } from "./store";
import { depth, placeText, planeDims } from "./types";

interface Props {
  readonly engine: Engine;
  readonly hasPlayer: boolean;
}

export function IndexBar({ engine, hasPlayer }: Props): ReactElement | null {
  const source = useStore(engine.store, (state) => state.source);
  const axis = useStore(engine.store, (state) => state.axis);
  if (source.shape.length < 3) return null;
  return (
    <div className="daisy-viewer-bar">
      <Planes engine={engine} />
      {depth(source, axis) > 1 && (
        <>
          <Slider engine={engine} />
          {hasPlayer && <Player engine={engine} />}
        </>
      )}
    </div>
  );
}

function Planes({ engine }: { readonly engine: Engine }): ReactElement {
  const t = useText();
  const source = useStore(engine.store, (state) => state.source);
  const axis = useStore(engine.store, (state) => state.axis);
  return (
    <div role="group" aria-label={t("viewer.planes")} className="daisy-viewer-group">
      {source.dims.map((dim, number) => {
        const [rows, columns] = planeDims(source, number);
        const title = t("viewer.plane", { dim, rows: source.dims[rows] ?? "", columns: source.dims[columns] ?? "" });
        return (
          <button key={dim} type="button" title={title} aria-pressed={axis === number} onClick={() => engine.setAxis(number)}>
            {dim}
          </button>
        );
      })}
    </div>
  );
}

function Slider({ engine }: { readonly engine: Engine }): ReactElement {
  const t = useText();
  const { source, axis } = engine.state;
  const index = useStore(engine.store, (state) => state.index);
  const label = t("viewer.slice", { dim: source.dims[axis] ?? "" });
  const last = depth(source, axis) - 1;
  return (
    <>
      <input
        type="range"
        className="daisy-viewer-slider"
        aria-label={label}
        title={t("viewer.slice.help")}
        min={0}
        max={last}
        value={index}
        onChange={(event) => engine.setIndex(Number(event.target.value))}
      />
      <NumberEntry
        label={label}
        title={t("viewer.slice.help")}
        text={String(index)}
        onEnter={(text) => text.trim() !== "" && engine.setIndex(Number(text))}
      />
      <span className="daisy-viewer-muted">
        / {last}
        {placeText(source, axis, index)}
      </span>
    </>
  );
}

function Player({ engine }: { readonly engine: Engine }): ReactElement {
  const t = useText();
  const isPlaying = useStore(engine.store, (state) => state.isPlaying);
  const rate = useStore(engine.store, (state) => state.rate);
  return (
    <div className="daisy-viewer-group">
      <button type="button" title={t("viewer.play.help")} aria-label={t("viewer.play")} aria-pressed={isPlaying} onClick={() => engine.play(!isPlaying)}>
        <Icon name={isPlaying ? "pause" : "play"} />
      </button>
      <select
        aria-label={`${t("viewer.rate")} [${t("viewer.rate.unit")}]`}
        title={t("viewer.rate.help")}
        value={rate}
        onChange={(event) => engine.store.set({ rate: Number(event.target.value) })}
      >
        {[1, 2, 5, 10, 20, 30].map((one) => (
          <option key={one} value={one}>
            {one} {t("viewer.rate.unit")}
          </option>
        ))}
      </select>
    </div>
  );
}
