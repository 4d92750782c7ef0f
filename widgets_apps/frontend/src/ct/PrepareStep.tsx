/** Step Prepare: region and preparation, as they are declared. */

import type { ReactElement } from "react";
import { useText } from "../texts";
import { Groups } from "./Groups";
import { useCt } from "./state";

export const PREPARATION = "Preparation";
const REGION = "Region";

export function PrepareStep(): ReactElement {
  const { view, set } = useCt();
  const t = useText();
  return (
    <>
      <Groups names={[PREPARATION]} />
      <button
        type="button"
        title={t("ct.background.help")}
        disabled={view.region === null}
        onClick={() => view.region !== null && set("background", view.region)}
      >
        {t("ct.background")}
      </button>
      <h3>{t("ct.region")}</h3>
      <Groups names={[REGION]} />
    </>
  );
}
