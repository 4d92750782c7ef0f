/** A volume in 3-D, reduced to what can be sent and drawn. */

import { type ReactElement, useEffect, useRef, useState } from "react";
import type { Channel } from "../channel";
import { type Problem, problemOf, ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import type { Rendering, Volume } from "../volume";
import { numberText } from "./levels";
import type { Source } from "./types";
import "./viewer.css";

const SIDE = 160; // voxels along the longest axis: 4 MB at most

interface Reduced {
  readonly shape: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
  readonly low: number;
  readonly high: number;
}

interface Props {
  readonly channel: Channel;
  readonly source: Source;
  /** Loads the code that draws. */
  readonly load: () => Promise<{ render(container: HTMLElement, volume: Volume): Rendering }>;
}

export function VolumeView({ channel, source, load }: Props): ReactElement {
  const t = useText();
  const [hasWebgl] = useState(canDraw);
  if (!hasWebgl) return <p role="alert">{t("viewer.volume.noWebgl")}</p>;
  if (source.shape.length !== 3) return <p role="status">{t("viewer.volume.flat", { name: source.name })}</p>;
  return <Drawn channel={channel} source={source} load={load} />;
}

function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

function Drawn({ channel, source, load }: Props): ReactElement {
  const t = useText();
  const container = useRef<HTMLDivElement>(null);
  const rendering = useRef<Rendering | null>(null);
  const [reduced, setReduced] = useState<Reduced | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [mode, setMode] = useState<"mip" | "surface">("mip");
  const [level, setLevel] = useState(0.3);
  useEffect(() => {
    let isWanted = true;
    const show = async (): Promise<void> => {
      try {
        const [module, answer] = await Promise.all([load(), channel.request<Reduced>("viewer.reduced", { source: source.source, side: SIDE })]);
        const bytes = answer.buffers[0];
        if (!isWanted || container.current === null || bytes === undefined) return;
        const values = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
        rendering.current = module.render(container.current, { shape: answer.result.shape, scale: answer.result.scale, values });
        setReduced(answer.result);
      } catch (error) {
        if (isWanted) setProblem(problemOf(error));
      }
    };
    void show();
    return () => {
      isWanted = false;
      rendering.current?.dispose();
      rendering.current = null;
      setReduced(null);
      setProblem(null);
    };
  }, [channel, source, load]);
  useEffect(() => rendering.current?.setMode(mode), [mode, reduced]);
  useEffect(() => rendering.current?.setLevel(level), [level, reduced]);
  return (
    <div className="daisy-volume" data-lm-suppress-shortcuts="true" data-drawn={reduced !== null}>
      <div className="daisy-viewer-bar">
        <div role="group" aria-label={t("viewer.volume.mode")} className="daisy-viewer-group">
          {(["mip", "surface"] as const).map((one) => (
            <button key={one} type="button" title={t(`viewer.volume.${one}.help`)} aria-pressed={mode === one} onClick={() => setMode(one)}>
              {t(`viewer.volume.${one}`)}
            </button>
          ))}
        </div>
        {reduced !== null && <Level reduced={reduced} units={source.units} level={level} onChange={setLevel} />}
        <span role="status" className="daisy-viewer-muted">
          {reduced === null && problem === null && t("viewer.volume.loading")}
          {reduced !== null && t("viewer.volume.shape", { shape: reduced.shape.join(" × "), whole: source.shape.join(" × ") })}
        </span>
      </div>
      <ProblemNote problem={problem} />
      <div ref={container} className="daisy-volume-canvas" role="img" aria-label={t("viewer.volume.of", { name: source.name })} />
    </div>
  );
}

interface LevelProps {
  readonly reduced: Reduced;
  readonly units: string;
  readonly level: number;
  readonly onChange: (level: number) => void;
}

/** From 0 to 1 between the values that the volume was reduced to. */
function Level({ reduced: { low, high }, units, level, onChange }: LevelProps): ReactElement {
  const t = useText();
  return (
    <label className="daisy-viewer-group" title={t("viewer.volume.level.help")}>
      {t("viewer.volume.level")}
      <input type="range" min={0} max={1} step={0.01} value={level} onChange={(event) => onChange(Number(event.target.value))} />
      <span className="daisy-viewer-muted">
        {numberText(low + level * (high - low))} {units}
      </span>
    </label>
  );
}
