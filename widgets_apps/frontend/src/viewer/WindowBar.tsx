/** The window by values and by percentiles, and the colours. */

import { type ReactElement, useState } from "react";
import { type TextKey, texts, useText } from "../texts";
import { colormaps, type Colormap } from "./colors";
import type { Engine } from "./engine";
import { Icon } from "./Icon";
import { numberText, percentilesOf, windowOf } from "./levels";
import { NumberEntry } from "./NumberEntry";
import { useStore } from "./store";
import type { Window } from "./types";

const presets: readonly Window[] = [[0, 100], [0.5, 99.5], [2, 98]];

export function WindowBar({ engine }: { readonly engine: Engine }): ReactElement {
  return (
    <>
      <Limits engine={engine} />
      <Percentiles engine={engine} />
      <Colours engine={engine} />
    </>
  );
}

function Limits({ engine }: { readonly engine: Engine }): ReactElement {
  const t = useText();
  const window = useStore(engine.store, (state) => state.window);
  const units = useStore(engine.store, (state) => state.source.units);
  const [low, high] = window === null ? ["", ""] : [numberText(window[0]), numberText(window[1])];
  const enter = (first: string, last: string): void => {
    const given = windowOf(first, last);
    if (given !== null) engine.setWindow(given);
  };
  return (
    <div role="group" aria-label={t("viewer.window")} className="daisy-viewer-group">
      <NumberEntry label={t("viewer.window.low")} shown={t("viewer.window")} title={t("viewer.window.low.help")} unit={units} text={low} onEnter={(text) => enter(text, String(window?.[1]))} />
      <NumberEntry label={t("viewer.window.high")} shown="–" title={t("viewer.window.high.help")} unit={units} text={high} onEnter={(text) => enter(String(window?.[0]), text)} />
      {units !== "" && <span className="daisy-viewer-muted">{units}</span>}
    </div>
  );
}

function Percentiles({ engine }: { readonly engine: Engine }): ReactElement {
  const t = useText();
  const percentiles = useStore(engine.store, (state) => state.percentiles);
  const isLocked = useStore(engine.store, (state) => state.isLocked);
  const [isOwn, setOwn] = useState(false);
  const known = presets.findIndex((preset) => preset.join() === percentiles?.join());
  const chosen = isOwn || (percentiles !== null && known < 0) ? "own" : percentiles === null ? "" : String(known);
  const choose = (value: string): void => {
    setOwn(value === "own");
    const preset = presets[Number(value)];
    if (value === "own") engine.setPercentiles(percentiles ?? [1, 99]);
    else if (value !== "" && preset !== undefined) engine.setPercentiles(preset);
  };
  return (
    <div role="group" aria-label={t("viewer.percentiles")} className="daisy-viewer-group">
      <select aria-label={`${t("viewer.percentiles")} [%]`} title={t("viewer.percentiles.help")} value={chosen} onChange={(event) => choose(event.target.value)}>
        <option value="">{t("viewer.percentiles.values")}</option>
        {presets.map(([low, high], number) => (
          <option key={low} value={number}>
            {low}–{high} %
          </option>
        ))}
        <option value="own">{t("viewer.percentiles.own")}</option>
      </select>
      {chosen === "own" && percentiles !== null && <OwnPercentiles engine={engine} percentiles={percentiles} />}
      <button type="button" title={t("viewer.lock.help")} aria-label={t("viewer.lock")} aria-pressed={isLocked} onClick={() => engine.lock(!isLocked)}>
        <Icon name="lock" />
      </button>
    </div>
  );
}

function OwnPercentiles({ engine, percentiles: [low, high] }: { readonly engine: Engine; readonly percentiles: Window }): ReactElement {
  const t = useText();
  const [isWrong, setWrong] = useState(false);
  const enter = (first: string, last: string): void => {
    const given = percentilesOf(first, last);
    setWrong(given === null);
    if (given !== null) engine.setPercentiles(given);
  };
  return (
    <>
      <NumberEntry label={t("viewer.percentiles.low")} title={t("viewer.percentiles.range")} unit="%" text={String(low)} isWrong={isWrong} onEnter={(text) => enter(text, String(high))} />
      <NumberEntry label={t("viewer.percentiles.high")} title={t("viewer.percentiles.range")} unit="%" text={String(high)} isWrong={isWrong} onEnter={(text) => enter(String(low), text)} />
      {isWrong && <span className="daisy-viewer-wrong" role="alert">{t("viewer.percentiles.range")}</span>}
    </>
  );
}

function Colours({ engine }: { readonly engine: Engine }): ReactElement {
  const t = useText();
  const colormap = useStore(engine.store, (state) => state.colormap);
  return (
    <select
      aria-label={t("viewer.colormap")}
      title={t("viewer.colormap.help")}
      value={colormap}
      onChange={(event) => engine.setColormap(event.target.value as Colormap)}
    >
      {colormaps.map((one) => {
        const name = `viewer.colormap.${one}`;
        return (
          <option key={one} value={one}>
            {name in texts ? t(name as TextKey) : one}
          </option>
        );
      })}
    </select>
  );
}
