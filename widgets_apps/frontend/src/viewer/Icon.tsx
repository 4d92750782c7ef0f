/** The pictures on the buttons, 16 x 16. */

import type { ReactElement } from "react";

const paths = {
  pan: "M8 1v14M1 8h14M8 1 6 3M8 1l2 2M8 15l-2-2M8 15l2-2M1 8l2-2M1 8l2 2M15 8l-2-2M15 8l-2 2",
  window: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  line: "M3 13 13 3M2 12l2 2M12 2l2 2",
  region: "M2.5 3.5h11v9h-11z",
  in: "M8 3v10M3 8h10",
  out: "M3 8h10",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  play: "M4 2.5v11l9-5.5z",
  pause: "M5 3v10M11 3v10",
  histogram: "M2 14h12M4 14V9M7 14V3M10 14V6M13 14v-3",
  save: "M8 2v8M5 7l3 3 3-3M3 13h10",
  lock: "M4 7h8v7H4zM6 7V5a2 2 0 0 1 4 0v2",
} as const;

export function Icon({ name }: { readonly name: keyof typeof paths }): ReactElement {
  return (
    <svg className="daisy-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
