/** What is measured, beside the picture: profile, region, histogram. */

import type { ReactElement } from "react";
import { useText } from "../texts";
import { Chart } from "./Chart";
import type { Engine } from "./engine";
import { between, onto } from "./geometry";
import { numberText } from "./levels";
import { useMeasure } from "./measure";
import { NumberEntry } from "./NumberEntry";
import { useStore } from "./store";
import { type Line, planeDims, type Point, position, type Region, type Source } from "./types";

const BINS = 256;

export function ProfilePanel({ engine, line }: { readonly engine: Engine; readonly line: Line }): ReactElement {
  const t = useText();
  const { source, axis } = engine.state;
  const asked = { start: centre(line.start), end: centre(line.end) };
  const found = useMeasure<{ length: number; values: readonly (number | null)[] }>(engine, "viewer.profile", asked);
  const values = (found?.values ?? []).filter((value) => value !== null);
  const [low, high] = values.length === 0 ? [0, 0] : [Math.min(...values), Math.max(...values)];
  const [length, units] = lengthOf(source, axis, line);
  return (
    <section className="daisy-viewer-panel" aria-label={t("viewer.tool.line")} data-testid="viewer-profile">
      <div className="daisy-viewer-group">
        <Ends engine={engine} line={line} />
        <button type="button" title={t("viewer.remove.line")} aria-label={t("viewer.remove.line")} onClick={() => engine.store.set({ line: null, tool: "pan" })}>
          ×
        </button>
      </div>
      <Chart
        label={t("viewer.line.chart", { low: numberText(low), high: numberText(high) })}
        values={found?.values ?? []}
        low={low}
        high={high}
        heights={`${numberText(low)} … ${numberText(high)} ${source.units}`}
        left="0"
        right={`${numberText(length)} ${units ?? t("viewer.pixel")}`}
      />
    </section>
  );
}

/** The server counts from the middle of the first pixel. */
function centre({ row, column }: Point): readonly [number, number] {
  return [row - 0.5, column - 0.5];
}

/** Physical where both dims are measured in one unit; else units are null and it is in pixels. */
export function lengthOf(source: Source, axis: number, { start, end }: Line): readonly [length: number, units: string | null] {
  const [rows, columns] = planeDims(source, axis);
  const ends = [start, end].map(({ row, column }) => [position(source, rows, row), position(source, columns, column)] as const);
  const [[y0, x0], [y1, x1]] = ends as [(typeof ends)[0], (typeof ends)[0]];
  if (y0 && x0 && y1 && x1 && y0.units === x0.units && y0.units !== "") return [Math.hypot(y1.value - y0.value, x1.value - x0.value), y0.units];
  return [Math.hypot(end.row - start.row, end.column - start.column), null];
}

function Ends({ engine, line }: { readonly engine: Engine; readonly line: Line }): ReactElement {
  const t = useText();
  const { source, axis } = engine.state;
  const dims = planeDims(source, axis);
  return (
    <>
      {(["start", "end"] as const).map((end) => (
        <span key={end} className="daisy-viewer-group">
          {t(`viewer.line.${end}`)}
          {(["row", "column"] as const).map((way, n) => {
            const dim = source.dims[dims[n as 0 | 1]] ?? "";
            const set = (text: string): void => {
              const moved = onto({ ...line[end], [way]: Number(text) + 0.5 }, engine.shape);
              if (Number.isFinite(moved[way])) engine.store.set({ line: { ...line, [end]: moved } });
            };
            const title = t("viewer.line.place", { dim });
            return <NumberEntry key={way} label={`${t(`viewer.line.${end}`)} ${dim}`} shown={dim} title={title} unit="px" text={(line[end][way] - 0.5).toFixed(1)} onEnter={set} />;
          })}
        </span>
      ))}
    </>
  );
}

interface Statistics {
  readonly count: number;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
}

export function RegionPanel({ engine, region }: { readonly engine: Engine; readonly region: Region }): ReactElement {
  const t = useText();
  const { source, axis } = engine.state;
  const found = useMeasure<Statistics>(engine, "viewer.statistics", { region });
  const dims = planeDims(source, axis);
  const set = (place: number, text: string): void => {
    const [r0, r1, c0, c1] = region.map((old, n) => (n === place ? Number(text) : old)) as unknown as Region;
    if ([r0, r1, c0, c1].every(Number.isFinite)) {
      engine.store.set({ region: between({ row: r0, column: c0 }, { row: r1, column: c1 }, engine.shape) });
    }
  };
  return (
    <section className="daisy-viewer-panel" aria-label={t("viewer.tool.region")} data-testid="viewer-region">
      <div className="daisy-viewer-group">
        {region.map((edge, n) => {
          const dim = source.dims[dims[n < 2 ? 0 : 1]] ?? "";
          const label = `${dim} ${t(n % 2 === 0 ? "viewer.line.start" : "viewer.line.end")}`;
          return <NumberEntry key={n} label={label} shown={n % 2 === 0 ? dim : "–"} title={t("viewer.region.place", { dim })} unit="px" text={String(edge)} onEnter={(text) => set(n, text)} />;
        })}
        <button type="button" title={t("viewer.remove.region")} aria-label={t("viewer.remove.region")} onClick={() => engine.store.set({ region: null, tool: "pan" })}>
          ×
        </button>
      </div>
      <dl className="daisy-viewer-statistics">
        {(["mean", "deviation", "minimum", "maximum", "count"] as const).map((name) => (
          <div key={name}>
            <dt>{t(`viewer.${name}`)}</dt>
            <dd>
              {found === null ? t("viewer.busy") : name === "count" ? found.count : `${numberText(found[name], 6)} ${source.units}`}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface Histogram {
  readonly edges_low: number | null;
  readonly edges_high: number | null;
  readonly counts: readonly number[];
}

export function HistogramPanel({ engine }: { readonly engine: Engine }): ReactElement {
  const t = useText();
  const window = useStore(engine.store, (state) => state.window);
  const units = useStore(engine.store, (state) => state.source.units);
  const found = useMeasure<Histogram>(engine, "viewer.histogram", { bins: BINS });
  const heights = (found?.counts ?? []).map((count) => Math.log10(1 + count));
  const [low, high] = [found?.edges_low ?? 0, found?.edges_high ?? 0];
  const place = (value: number): number => (high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : 0);
  return (
    <section className="daisy-viewer-panel" aria-label={t("viewer.histogram")} data-testid="viewer-histogram">
      <Chart
        label={t("viewer.histogram.help")}
        values={heights}
        low={0}
        high={Math.max(...heights, 0.1)}
        heights={`0 … ${Math.max(...(found?.counts ?? []), 0)} ${t("viewer.histogram.axis")}`}
        left={`${numberText(low)} ${units}`}
        right={`${numberText(high)} ${units}`}
        isFilled
        marked={window === null ? undefined : [place(window[0]), place(window[1])]}
      />
    </section>
  );
}
