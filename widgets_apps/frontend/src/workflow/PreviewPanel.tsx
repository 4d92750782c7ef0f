/** The preview of a data object: which one, across which dimension, and where on it. */

import { type ReactElement, useCallback, useState } from "react";
import type { Channel } from "../channel";
import { SliderEntry } from "../shared/Entries";
import { type Latest, useLatest } from "../shared/latest";
import { PreviewPane, type Seen } from "../shared/PreviewPane";
import { useStable } from "../shared/stable";
import { useText } from "../texts";
import type { Workflow } from "./state";
import type { Look, View } from "./types";

interface Props {
  readonly channel: Channel;
  readonly workflow: Workflow;
}

const FIRST_VIEW: View = { data: null, across: null, index: null };

export function PreviewPanel({ channel, workflow }: Props): ReactElement {
  const t = useText();
  const { description, isReady } = workflow;
  const [view, setView] = useState(FIRST_VIEW);
  const names = description?.data ?? [];
  const data = view.data !== null && names.includes(view.data) ? view.data : (names[0] ?? null);
  const looked = usePreview(channel, workflow, { ...view, data });
  if (!isReady) return <p className="daisy-muted">{t("app.nothing")}</p>;
  return (
    <PreviewPane channel={channel} title={data ?? t("app.preview")} preview={pictureOf(looked)} testId="app-preview">
      <label title={t("app.data.help")}>
        {t("app.data")}{" "}
        <select
          data-testid="app-data"
          title={t("app.data.help")}
          value={data ?? ""}
          onChange={(event) => setView({ ...FIRST_VIEW, data: event.target.value })}
        >
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {looked.value !== null && <Place look={looked.value} onChange={(change) => setView((old) => ({ ...old, data, ...change }))} />}
    </PreviewPane>
  );
}

/** Where the picture lies in its array; the value itself where it is no array. */
function Place({ look, onChange }: { look: Look; onChange: (change: Partial<View>) => void }): ReactElement | null {
  const t = useText();
  const { dims, shape, across, index, value } = look;
  if (value !== null) return <output data-testid="app-value">{value}</output>;
  if (across === null || index === null) return null;
  return (
    <>
      <label title={t("app.across.help")}>
        {t("app.across")}{" "}
        <select title={t("app.across.help")} value={across} onChange={(event) => onChange({ across: event.target.value, index: null })}>
          {dims.map((dim) => (
            <option key={dim}>{dim}</option>
          ))}
        </select>
      </label>
      <SliderEntry
        label={across}
        help={t("app.index.help", { dim: across })}
        minimum={0}
        maximum={(shape[dims.indexOf(across)] ?? 1) - 1}
        value={index}
        onChange={(next) => onChange({ across, index: next })}
      />
    </>
  );
}

function usePreview(channel: Channel, { isReady, parameters, attachment }: Workflow, view: View): Latest<Look> {
  const question = useStable({ parameters, ...view });
  const ask = useCallback(
    async () => (await channel.request<Look>("workflow.preview", question, { lane: "preview" })).result,
    [channel, question, attachment],
  );
  return useLatest(isReady && view.data !== null ? ask : null);
}

/** What of the answer is a picture. */
function pictureOf({ value, ...rest }: Latest<Look>): Latest<Seen> {
  const { source, range, seconds = null, warnings = [] } = value ?? {};
  return { ...rest, value: source && range && seconds !== null ? { source, range, seconds, warnings } : null };
}
