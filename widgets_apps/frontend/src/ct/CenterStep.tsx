/** Step Center: found, or by eye with a slider, fine steps, two rows and a strip of candidates. */

import { type ReactElement, useState } from "react";
import { type Problem, ProblemNote, problemOf } from "../shell/problem";
import { useText } from "../texts";
import { givenCenter, moved } from "./centers";
import { SliderEntry } from "../shared/Entries";
import { Groups } from "./Groups";
import { lengthOf } from "./scan";
import { useCt } from "./state";

const FINE_STEPS = [-10, -1, -0.5, -0.1, 0.1, 0.5, 1, 10];

/** `found` is the center of the preview, which counts while none is given. */
export function CenterStep({ found }: { found: number | null }): ReactElement {
  const { scan, values, set } = useCt();
  const t = useText();
  const columns = scan === null ? 1 : lengthOf(scan.sources.projections, "column");
  const center = givenCenter(values["center"]) ?? found ?? (columns - 1) / 2;
  return (
    <>
      <Groups names={["Center"]} />
      <FindButton />
      <SliderEntry
        label={t("ct.center.slider")}
        help={t("ct.center.slider.help")}
        unit="px"
        minimum={0}
        maximum={Math.max(1, columns - 1)}
        step={0.1}
        value={center}
        onChange={(value) => set("center", moved(value, 0))}
      />
      <div className="daisy-steps-fine" role="group" aria-label={t("ct.center.slider")}>
        {FINE_STEPS.map((step) => {
          const words = t("ct.center.step", { step: signed(step) });
          return (
            <button
              key={step}
              type="button"
              title={words}
              aria-label={words}
              disabled={scan === null}
              onClick={() => set("center", moved(center, step))}
            >
              {signed(step)}
            </button>
          );
        })}
      </div>
    </>
  );
}

function signed(step: number): string {
  return step > 0 ? `+${step}` : `−${-step}`;
}

function FindButton(): ReactElement {
  const { channel, scan, parameters, set } = useCt();
  const t = useText();
  const [isLooking, setLooking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function find(): Promise<void> {
    setLooking(true);
    try {
      const { center: _, ...others } = parameters;
      const { result } = await channel.request<{ center: number }>("ct.find_center", { parameters: others }, { lane: "center" });
      set("center", result.center);
      setProblem(null);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setLooking(false);
    }
  }

  return (
    <>
      <button
        type="button"
        data-testid="ct-find-center"
        title={t("ct.find.help")}
        disabled={scan === null || isLooking}
        onClick={() => void find()}
      >
        {t(isLooking ? "ct.finding" : "ct.find")}
      </button>
      <ProblemNote problem={problem} />
    </>
  );
}
