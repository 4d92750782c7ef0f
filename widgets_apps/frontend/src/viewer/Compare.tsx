/** Two volumes of one shape: one over the other, side by side, or their difference. */

import { type ReactElement, useEffect, useState } from "react";
import type { Channel } from "../channel";
import { type Problem, problemOf, ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { Link } from "./link";
import { SliceViewer, useEngine } from "./SliceViewer";
import { Canvas } from "./Stage";
import type { Source } from "./types";

const modes = ["swipe", "side", "difference"] as const;

interface Props {
  readonly channel: Channel;
  readonly first: Source;
  readonly second: Source;
}

export function Compare({ channel, first, second }: Props): ReactElement {
  const t = useText();
  const [mode, setMode] = useState<(typeof modes)[number]>("swipe");
  const [link] = useState(() => new Link());
  return (
    <div className="daisy-compare" data-mode={mode}>
      <div className="daisy-viewer-bar">
        <div role="group" aria-label={t("viewer.compare")} className="daisy-viewer-group">
          {modes.map((one) => (
            <button key={one} type="button" title={t(`viewer.compare.${one}.help`)} aria-pressed={mode === one} onClick={() => setMode(one)}>
              {t(`viewer.compare.${one}`)}
            </button>
          ))}
        </div>
        <span className="daisy-viewer-muted">
          {mode === "difference" ? `${first.name} − ${second.name}` : t("viewer.compare.names", { first: first.name, second: second.name })}
        </span>
      </div>
      <div className="daisy-compare-views">
        {mode === "swipe" && <Swipe channel={channel} first={first} second={second} link={link} />}
        {mode === "side" && [first, second].map((one) => <SliceViewer key={one.source} channel={channel} source={one} link={link} />)}
        {mode === "difference" && <Difference channel={channel} first={first} second={second} />}
      </div>
    </div>
  );
}

function Swipe({ channel, first, second, link }: Props & { readonly link: Link }): ReactElement {
  const t = useText();
  const [percent, setPercent] = useState(50);
  const over = (
    <>
      <Layer channel={channel} source={second} link={link} percent={percent} />
      <input
        type="range"
        className="daisy-swipe"
        aria-label={t("viewer.compare.handle")}
        title={t("viewer.compare.handle")}
        min={0}
        max={100}
        step={0.5}
        value={percent}
        onChange={(event) => setPercent(Number(event.target.value))}
      />
    </>
  );
  return <SliceViewer channel={channel} source={first} link={link} overlay={over} />;
}

/** The second volume, right of the line. */
function Layer({ channel, source, link, percent }: { readonly channel: Channel; readonly source: Source; readonly link: Link; readonly percent: number }): ReactElement {
  const engine = useEngine(channel, source, {});
  return (
    <>
      <div className="daisy-layer" style={{ clipPath: `inset(0 0 0 ${percent}%)` }}>
        <Canvas engine={engine} link={link} label={null} />
      </div>
      <div className="daisy-swipe-line" style={{ left: `${percent}%` }} />
    </>
  );
}

function Difference({ channel, first, second }: Props): ReactElement {
  const t = useText();
  const [source, setSource] = useState<Source | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let isWanted = true;
    let made: Source | null = null;
    const close = (): void => {
      if (made !== null) void channel.request("viewer.close", { source: made.source }).catch(() => undefined); // it ends with the page
    };
    const ask = async (): Promise<void> => {
      try {
        made = (await channel.request<Source>("viewer.difference", { first: first.source, second: second.source })).result;
        if (isWanted) setSource(made);
        else close();
      } catch (error) {
        if (isWanted) setProblem(problemOf(error));
      }
    };
    void ask();
    return () => {
      isWanted = false;
      setSource(null);
      setProblem(null);
      close();
    };
  }, [channel, first, second]);
  if (source !== null) return <SliceViewer channel={channel} source={source} options={{ colormap: "coolwarm" }} />;
  return problem === null ? <p role="status">{t("viewer.busy")}</p> : <ProblemNote problem={problem} />;
}
