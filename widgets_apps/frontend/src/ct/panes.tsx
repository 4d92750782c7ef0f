/** Panes beside the slice: the scan, a stage of the preparation, a second slice, the sinogram. */

import { type ReactElement, useState } from "react";
import type { Values } from "../form/model";
import { useText } from "../texts";
import type { Link } from "../viewer/link";
import { SliceViewer, type ViewerChange } from "../viewer/SliceViewer";
import { planeDims } from "../viewer/types";
import { SliderEntry } from "../shared/Entries";
import type { Latest } from "../shared/latest";
import { PREPARATION } from "./PrepareStep";
import { CenteredPane, usePreview } from "./PreviewPane";
import { lengthOf } from "./scan";
import { type Ct, useCt } from "./state";
import type { Preview, Scan, Source, Stage } from "./types";
import { useWide } from "./wide";

export function ScanPane({ scan }: { scan: Scan }): ReactElement {
  const { channel, look } = useCt();
  const t = useText();
  const isWide = useWide();
  const [shown, setShown] = useState<"projections" | "flats" | "darks">("projections");
  const source = scan.sources[shown] ?? scan.sources.projections;
  const kinds = (["projections", "flats", "darks"] as const).filter((kind) => scan.sources[kind]);
  return (
    <section className="daisy-pane" aria-label={t(`ct.${shown}`)}>
      <header>
        <div role="group" aria-label={t("ct.shown")} className="daisy-buttons">
          {kinds.map((kind) => (
            <button key={kind} type="button" title={t(`ct.${kind}`)} aria-pressed={shown === kind} onClick={() => setShown(kind)}>
              {t(`ct.${kind}`)}
            </button>
          ))}
        </div>
      </header>
      <div className="daisy-pane-body">
        <SliceViewer key={`${source.source} ${isWide}`} channel={channel} source={source} options={{ compact: !isWide }} onChange={(change) => take(regionOf(source, change), look)} />
      </div>
    </section>
  );
}

/** A region counts where it was drawn in detector rows and columns. */
function regionOf(source: Source, { axis, region }: ViewerChange): Ct["view"]["region"] {
  const [rows, columns] = planeDims(source, axis).map((dim) => source.dims[dim]);
  return rows === "row" && columns === "column" ? region : null;
}

/** The region that was drawn last counts, also when its picture is no longer shown. */
function take(region: Ct["view"]["region"], look: Ct["look"]): void {
  if (region !== null) look({ region });
}

export function StagePane(): ReactElement {
  const { scan, parameters, form, view, look } = useCt();
  const t = useText();
  const [stage, setStage] = useState<Stage>("prepared");
  const [isBefore, setBefore] = useState(false);
  const preparation = form.fields.filter((field) => field.group === PREPARATION).map((field) => field.name);
  const given = isBefore ? without(parameters, preparation) : parameters;
  const preview = usePreview({ stage, row: view.row, angle: view.angle, parameters: given }, "preview stage");
  const angles = scan === null ? 1 : lengthOf(scan.sources.projections, "angle");
  // Pixels of a projection that was cropped or binned are no pixels of the detector.
  const isRaw = stage === "prepared" && given["crop"] === undefined && given["binning"] === undefined;
  const onChange = (change: ViewerChange, source: Source): void => take(isRaw ? regionOf(source, change) : null, look);
  return (
    <CenteredPane title={t(`ct.stage.${stage}`)} preview={preview} onChange={onChange}>
      <label title={t("ct.stage.help")}>
        <span className="daisy-hidden">{t("ct.stage")}</span>
        <select value={stage} onChange={(event) => setStage(event.target.value as Stage)}>
          {(["prepared", "sinogram", "slice"] as const).map((one) => (
            <option key={one} value={one}>
              {t(`ct.stage.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" title={t("ct.before.help")} aria-pressed={isBefore} onClick={() => setBefore(!isBefore)}>
        {t("ct.before")}
      </button>
      {stage === "prepared" ? (
        <SliderEntry label={t("ct.angle")} help={t("ct.angle.help")} minimum={0} maximum={angles - 1} value={view.angle} onChange={(angle) => look({ angle })} />
      ) : (
        <RowEntry help={t("ct.row.help")} row={view.row} onChange={(row) => look({ row })} />
      )}
    </CenteredPane>
  );
}

/** What says how the counts are read stays: without it there is nothing to show. */
function without(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name === "data" || !names.includes(name)));
}

interface SliceProps {
  readonly preview: Latest<Preview>;
  readonly link: Link;
}

/** The slice that every step shows. */
export function SlicePane({ preview, link }: SliceProps): ReactElement {
  const { view, look } = useCt();
  const t = useText();
  return (
    <CenteredPane title={t("ct.stage.slice")} preview={preview} testId="ct-preview" link={link}>
      <h3>{t("ct.stage.slice")}</h3>
      <RowEntry help={t("ct.row.help")} row={view.row} onChange={(row) => look({ row })} />
    </CenteredPane>
  );
}

export function SecondPane({ link }: { link: Link }): ReactElement {
  const { parameters, view, look } = useCt();
  const t = useText();
  const preview = usePreview({ stage: "slice", row: view.second, parameters }, "preview second");
  return (
    <CenteredPane title={t("ct.row.second")} preview={preview} link={link}>
      <h3>{t("ct.row.second")}</h3>
      <RowEntry help={t("ct.row.second.help")} row={view.second} onChange={(second) => look({ second })} />
    </CenteredPane>
  );
}

function RowEntry({ help, row, onChange }: { help: string; row: number; onChange: (row: number) => void }): ReactElement {
  const { scan } = useCt();
  const t = useText();
  const rows = scan === null ? 1 : lengthOf(scan.sources.projections, "row");
  return <SliderEntry label={t("ct.row")} help={help} minimum={0} maximum={rows - 1} value={row} onChange={onChange} />;
}

export function SinogramPane(): ReactElement {
  const { parameters, view } = useCt();
  const t = useText();
  const preview = usePreview({ stage: "sinogram", row: view.row, parameters }, "preview stage");
  return <CenteredPane title={`${t("ct.stage.sinogram")}, ${t("ct.row")} ${view.row}`} preview={preview} />;
}
