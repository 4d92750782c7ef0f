/** Step Scan: which scan, how it is read, and what it is. */

import { type ReactElement, useCallback } from "react";
import { RowTable } from "../files/Details";
import { InputEntry } from "../files/InputEntry";
import { ProblemNote } from "../shell/problem";
import { useSentence } from "../sentences";
import { useText } from "../texts";
import { Groups } from "./Groups";
import { detailRows } from "./scan";
import { READING, useCt } from "./state";
import type { Scan } from "./types";

export function ScanStep(): ReactElement {
  const { channel, host, scan, path, isOpening, problem, errors, form, open } = useCt();
  const t = useText();
  const say = useSentence();
  const isWrong = form.fields.some((field) => field.group === READING && !field.role && errors[field.name] !== undefined);
  const describe = useCallback(
    async (one: string) => detailRows((await channel.request<Scan>("ct.open", { path: one, options: {} })).result.details, t, say),
    [channel, t, say],
  );
  return (
    <>
      <InputEntry
        channel={channel}
        host={host}
        label={t("ct.input")}
        help={t("ct.input.help")}
        path={path}
        opened={scan?.path ?? null}
        isOpening={isOpening}
        error={errors["input"]}
        onOpen={(chosen) => void open(chosen)}
        describe={describe}
        prefix="ct"
      />
      <ProblemNote problem={problem} />
      {scan !== null && (
        <details open>
          <summary title={t("ct.details.help")}>{t("ct.details")}</summary>
          <RowTable rows={detailRows(scan.details, t, say)} />
        </details>
      )}
      <details open={problem !== null || isWrong || undefined}>
        <summary title={t("ct.reading.help")}>{t("ct.reading")}</summary>
        <Groups names={[READING]} omit={["input"]} />
      </details>
    </>
  );
}
