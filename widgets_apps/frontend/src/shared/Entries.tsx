/** Small labelled controls that are no parameters of the workflow. */

import { type ReactElement, useId } from "react";
import { FieldError } from "../form/Form";

interface NumberProps {
  readonly label: string;
  readonly help: string;
  readonly unit?: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step?: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A slider with its number beside it. */
export function SliderEntry({ label, help, unit, minimum, maximum, step = 1, value, onChange }: NumberProps): ReactElement {
  const id = useId();
  const clamped = Math.min(maximum, Math.max(minimum, value));
  const shared = { min: minimum, max: maximum, step, value: clamped, title: help };
  return (
    <div className="daisy-slider">
      <label htmlFor={id} title={help}>
        {label}
        {unit !== undefined && <span className="daisy-unit"> [{unit}]</span>}
      </label>
      <input {...shared} id={id} type="range" onChange={(event) => onChange(Number(event.target.value))} />
      <input
        {...shared}
        type="number"
        aria-label={label}
        onChange={(event) => event.target.value !== "" && onChange(Number(event.target.value))}
      />
    </div>
  );
}

interface LineProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly testId?: string;
  readonly error?: string | undefined;
  readonly list?: string;
  readonly onBrowse?: { readonly label: string; readonly help: string; readonly open: () => void };
}

export function LineEntry({ label, help, value, onChange, testId, error, list, onBrowse }: LineProps): ReactElement {
  const id = useId();
  return (
    <div className="daisy-field">
      <label htmlFor={id} title={help}>
        {label}
      </label>
      <span className="daisy-entry">
        <input
          id={id}
          type="text"
          spellCheck={false}
          autoComplete="off"
          title={help}
          value={value}
          data-testid={testId}
          list={list}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onChange={(event) => onChange(event.target.value)}
        />
        {onBrowse !== undefined && (
          <button type="button" title={onBrowse.help} onClick={onBrowse.open}>
            {onBrowse.label}
          </button>
        )}
      </span>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly help: string;
  readonly value: T;
  readonly choices: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
  readonly testId?: string;
}

export function ChoiceEntry<T extends string>({ label, help, value, choices, onChange, testId }: ChoiceProps<T>): ReactElement {
  const id = useId();
  return (
    <div className="daisy-field">
      <label htmlFor={id} title={help}>
        {label}
      </label>
      <select id={id} title={help} value={value} data-testid={testId} onChange={(event) => onChange(event.target.value as T)}>
        {choices.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
