/** A small chart: one curve over one axis, with the ends of both axes in words. */

import type { ReactElement, ReactNode } from "react";

const WIDTH = 400;
const HEIGHT = 120;

interface Props {
  readonly label: string;
  /** Heights at equal distances; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly low: number;
  readonly high: number;
  /** What the heights are, from the lowest to the highest. */
  readonly heights: ReactNode;
  readonly left: ReactNode;
  readonly right: ReactNode;
  readonly isFilled?: boolean;
  /** A part of the width from 0 to 1 that is marked. */
  readonly marked?: readonly [number, number] | undefined;
}

export function Chart({ label, values, low, high, heights, left, right, isFilled = false, marked }: Props): ReactElement {
  return (
    <figure className="daisy-chart">
      <span className="daisy-chart-heights">{heights}</span>
      <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        {marked !== undefined && <rect x={marked[0] * WIDTH} y={0} width={Math.max(marked[1] - marked[0], 0.002) * WIDTH} height={HEIGHT} />}
        <path className={isFilled ? "daisy-chart-filled" : undefined} d={curve(values, low, high, isFilled)} />
      </svg>
      <span>{left}</span>
      <span>{right}</span>
    </figure>
  );
}

/** The path of the curve in the chart's own units. */
export function curve(values: readonly (number | null)[], low: number, high: number, isFilled = false): string {
  if (values.length === 0) return "";
  const across = WIDTH / Math.max(values.length - 1, 1);
  const up = high > low ? HEIGHT / (high - low) : 0;
  let isDrawing = false;
  const steps = values.map((value, n) => {
    if (value === null) {
      isDrawing = false;
      return "";
    }
    const letter = isDrawing ? "L" : "M";
    isDrawing = true;
    return `${letter}${(n * across).toFixed(1)} ${(HEIGHT - (value - low) * up).toFixed(1)}`;
  });
  return isFilled ? `${steps.join("")}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z` : steps.join("");
}
