/** A number that is taken when it is entered whole: with Enter, or when the entry is left. */

import { type ReactElement, useState } from "react";

interface Props {
  readonly label: string;
  /** A short form of the label, before the entry. */
  readonly shown?: string;
  readonly title: string;
  readonly text: string;
  readonly unit?: string;
  readonly isWrong?: boolean;
  readonly onEnter: (text: string) => void;
}

export function NumberEntry({ label, shown = "", title, text, unit = "", isWrong = false, onEnter }: Props): ReactElement {
  const [typed, setTyped] = useState<string | null>(null);
  const enter = (): void => {
    if (typed !== null && typed !== text) onEnter(typed);
    setTyped(null);
  };
  return (
    <label className="daisy-number" title={title}>
      <span className="daisy-viewer-hidden">{unit === "" ? label : `${label} [${unit}]`}</span>
      {shown !== "" && (
        <span className="daisy-viewer-muted" aria-hidden="true">
          {shown}{" "}
        </span>
      )}
      <input
        inputMode="decimal"
        value={typed ?? text}
        aria-invalid={isWrong || undefined}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={enter}
        onKeyDown={(event) => {
          if (event.key === "Enter") enter();
          if (event.key === "Escape") setTyped(null);
        }}
      />
    </label>
  );
}
