/** Faults of accessibility that axe-core calls serious or critical. */

import axe from "axe-core";

export async function seriousFaults(element: Element): Promise<string[]> {
  const found = await axe.run(element, {
    // Colours and sizes are no matter of a tree without styles; the browser's tests see them.
    rules: { "color-contrast": { enabled: false }, "target-size": { enabled: false }, region: { enabled: false } },
  });
  return found.violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}
