/** The steps in one column that scrolls; the tabs above lead to each, and the one that is worked at is marked. */

import { type ReactElement, type ReactNode, useId, useRef } from "react";
import { useText } from "../texts";
import { STEPS, type StepName } from "./stepNames";

interface Props {
  readonly step: StepName;
  readonly onStep: (step: StepName) => void;
  readonly contents: Readonly<Record<StepName, ReactNode>>;
}

/** Pixels that stay free above a step. */
const MARGIN = 8;

export function Steps({ step, onStep, contents }: Props): ReactElement {
  const t = useText();
  const id = useId();
  const column = useRef<HTMLDivElement>(null);

  function go(name: StepName): void {
    onStep(name);
    const section = column.current?.querySelector<HTMLElement>(`[data-step="${name}"]`);
    if (!column.current || !section) return;
    // Not scrollIntoView, which would scroll a notebook around the app too.
    column.current.scrollTop = section.offsetTop - MARGIN;
    // The next Tab leads to the first control of the step.
    section.querySelector("h2")?.focus({ preventScroll: true });
  }
  return (
    <>
      <nav className="daisy-tabs" aria-label={t("ct.steps")}>
        {STEPS.map((name) => (
          <button
            key={name}
            type="button"
            data-tab={name}
            title={t(`ct.step.${name}`)}
            aria-current={step === name ? "step" : undefined}
            onClick={() => go(name)}
          >
            {t(`ct.step.${name}`)}
          </button>
        ))}
      </nav>
      <div className="daisy-column" ref={column}>
        {STEPS.map((name) => (
          <section
            key={name}
            className="daisy-step"
            data-step={name}
            data-current={step === name || undefined}
            aria-labelledby={`${id}-${name}`}
            onFocusCapture={() => onStep(name)}
          >
            <h2 id={`${id}-${name}`} tabIndex={-1}>{t(`ct.step.${name}`)}</h2>
            {contents[name]}
          </section>
        ))}
      </div>
    </>
  );
}
