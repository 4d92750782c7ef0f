/** The viewer of slices: a picture, what moves it, and what is measured in it. */

import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { Channel } from "../channel";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import type { Colormap } from "./colors";
import { Engine } from "./engine";
import { Icon } from "./Icon";
import { IndexBar } from "./IndexBar";
import type { Link } from "./link";
import { HistogramPanel, ProfilePanel, RegionPanel } from "./Panels";
import { Readout } from "./Readout";
import { savePng } from "./saving";
import { Stage } from "./Stage";
import { useStore } from "./store";
import { ToolBar } from "./ToolBar";
import type { Line, Region, Source, Window } from "./types";
import "./viewer.css";
import { WindowBar } from "./WindowBar";

const STILL = 150; // milliseconds after which a change is told

export interface ViewerOptions {
  readonly axis?: number;
  readonly index?: number;
  readonly colormap?: Colormap;
  /** The window until someone chooses another one. */
  readonly window?: Window;
  /** Few controls; the others are behind a button. */
  readonly compact?: boolean;
}

/** What the user looks at. `region` and `line` are what was drawn, in pixels of the plane across `axis`. */
export interface ViewerChange {
  readonly axis: number;
  readonly index: number;
  readonly window: Window | null;
  readonly region: Region | null;
  readonly line: Line | null;
}

interface Props {
  readonly channel: Channel;
  readonly source: Source;
  readonly options?: ViewerOptions;
  /** Moves this view together with others. */
  readonly link?: Link;
  /** Told when the view has stood still for a moment. */
  readonly onChange?: (change: ViewerChange) => void;
  /** Shown over the picture. */
  readonly overlay?: ReactNode;
}

export function SliceViewer({ channel, source, options = {}, link, onChange, overlay }: Props): ReactElement {
  const t = useText();
  const engine = useEngine(channel, source, options);
  useTold(engine, onChange);
  const [isMore, setMore] = useState(options.compact !== true);
  const [isHistogram, setHistogram] = useState(false);
  const problem = useStore(engine.store, (state) => state.problem);
  return (
    <div className="daisy-viewer" role="group" aria-label={t("viewer.of", { name: source.name })} data-lm-suppress-shortcuts="true">
      <IndexBar engine={engine} hasPlayer={isMore} />
      <ToolBar engine={engine}>
        {options.compact === true && (
          <button type="button" title={t("viewer.more.help")} aria-expanded={isMore} onClick={() => setMore(!isMore)}>
            {t("viewer.more")}
          </button>
        )}
        {isMore && (
          <>
            <WindowBar engine={engine} />
            <button
              type="button"
              title={t("viewer.histogram.help")}
              aria-label={t("viewer.histogram")}
              aria-pressed={isHistogram}
              onClick={() => setHistogram(!isHistogram)}
            >
              <Icon name="histogram" />
            </button>
            <button type="button" title={t("viewer.png.help")} aria-label={t("viewer.png")} onClick={() => void savePng(engine)}>
              <Icon name="save" />
            </button>
          </>
        )}
      </ToolBar>
      <ProblemNote problem={problem} />
      <Stage engine={engine} link={link ?? null}>
        {overlay}
      </Stage>
      <Readout engine={engine} />
      <Panels engine={engine} isHistogram={isHistogram && isMore} />
    </div>
  );
}

function Panels({ engine, isHistogram }: { readonly engine: Engine; readonly isHistogram: boolean }): ReactElement | null {
  const line = useStore(engine.store, (state) => state.line);
  const region = useStore(engine.store, (state) => state.region);
  if (line === null && region === null && !isHistogram) return null;
  return (
    <div className="daisy-viewer-panels">
      {line !== null && <ProfilePanel engine={engine} line={line} />}
      {region !== null && <RegionPanel engine={engine} region={region} />}
      {isHistogram && <HistogramPanel engine={engine} />}
    </div>
  );
}

/** The engine of a component; it is given new sources and windows as they come. */
export function useEngine(channel: Channel, source: Source, options: ViewerOptions): Engine {
  const lane = useId();
  const [engine] = useState(() => new Engine(channel, lane, source, options));
  const shown = useRef(source);
  const [low, high] = options.window ?? [];
  useEffect(() => {
    const window: Window | undefined = low === undefined || high === undefined ? undefined : [low, high];
    if (shown.current !== source) engine.show(source, window);
    else if (window !== undefined) engine.suggest(window);
    shown.current = source;
  }, [engine, source, low, high]);
  return engine;
}

function useTold(engine: Engine, onChange: ((change: ViewerChange) => void) | undefined): void {
  const newest = useRef(onChange);
  useEffect(() => {
    newest.current = onChange;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let told = "";
    const tell = (): void => {
      const { axis, index, window, region, line } = engine.state;
      const change: ViewerChange = { axis, index, window, region, line };
      const text = JSON.stringify(change);
      if (text === told) return;
      told = text;
      newest.current?.(change);
    };
    const unwatch = engine.store.watch(() => {
      clearTimeout(timer);
      timer = setTimeout(tell, STILL);
    });
    return () => {
      unwatch();
      clearTimeout(timer);
    };
  }, [engine]);
}
