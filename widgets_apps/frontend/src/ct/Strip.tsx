/** A strip of candidates: the same slice with neighbouring centers, side by side; a click chooses. */

import { type ReactElement, useCallback, useEffect, useRef, useState } from "react";
import type { Channel } from "../channel";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { around, givenCenter } from "./centers";
import { useLatest } from "../shared/latest";
import { numberText } from "./scan";
import { useStable } from "../shared/stable";
import { useCt } from "./state";
import type { Candidates } from "./types";

const COUNT = 7;
const SIDE = 256;

export function Strip({ found }: { found: number | null }): ReactElement {
  const { channel, scan, values, parameters, view, set } = useCt();
  const t = useText();
  const [step, setStep] = useState(1);
  const [base, setBase] = useState<number | null>(null);
  const center = givenCenter(values["center"]) ?? found;
  const { center: _, ...others } = parameters;
  const question = useStable(base === null ? null : { parameters: others, row: view.row, centers: around(base, step, COUNT) });
  const ask = useCallback(
    async () => (await channel.request<Candidates>("ct.candidates", question ?? {}, { lane: "candidates" })).result,
    [channel, question],
  );
  const { value, problem, isBusy } = useLatest(scan === null || question === null ? null : ask);
  return (
    <section className="daisy-strip" aria-label={t("ct.candidates")}>
      <header>
        <button type="button" title={t("ct.candidates.help")} disabled={center === null} onClick={() => setBase(center)}>
          {t("ct.candidates.show")}
        </button>
        <label title={t("ct.candidates.step.help")}>
          {t("ct.candidates.step")} <span className="daisy-unit">[px]</span>{" "}
          <select value={step} onChange={(event) => setStep(Number(event.target.value))}>
            {[0.1, 0.25, 0.5, 1, 2, 5, 10].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <span role="status">{isBusy && t("preview.busy")}</span>
      </header>
      <ProblemNote problem={problem} />
      {value !== null && (
        <div className="daisy-tiles">
          {value.centers.map((one, index) => (
            <button
              key={one}
              type="button"
              title={t("ct.candidates.choose", { center: numberText(one) })}
              aria-label={t("ct.candidates.choose", { center: numberText(one) })}
              aria-pressed={center === one}
              onClick={() => set("center", one)}
            >
              <Tile channel={channel} of={value} index={index} />
              {numberText(one)}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}

/** One slice of a stack as a small gray picture. */
function Tile({ channel, of: { source, range }, index }: { channel: Channel; of: Candidates; index: number }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isNewest = true;
    void paint().catch(() => undefined); // a tile that is not there stays empty; the strip says why
    async function paint(): Promise<void> {
      const region = [0, source.shape[1] ?? 1, 0, source.shape[2] ?? 1];
      const asked = { source: source.source, axis: 0, index, region, size: [SIDE, SIDE], low: range[0], high: range[1] };
      const { result, buffers } = await channel.request<{ shape: [number, number] }>("viewer.slice", asked);
      if (isNewest && canvas.current !== null && buffers[0] !== undefined) paintGray(canvas.current, result.shape, buffers[0]);
    }
    return () => {
      isNewest = false;
    };
  }, [channel, source, range, index]);
  return <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden="true" />;
}

function paintGray(canvas: HTMLCanvasElement, [height, width]: readonly [number, number], bytes: DataView): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    image.data.fill(bytes.getUint8(pixel), 4 * pixel, 4 * pixel + 3);
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
