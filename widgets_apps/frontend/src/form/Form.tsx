/** A form made from a declaration alone. */

import { type ReactElement, useId } from "react";
import "./form.css";
import { useSentence } from "../sentences";
import { useText } from "../texts";
import { Control, type Marks } from "./controls";
import { type Field, type FormModel, isShown, type Value, type Values, valueOf } from "./model";

/** Label and help of a field in the user's language. */
export interface FieldWords {
  readonly label: string;
  readonly help: string;
}

export interface FormProps {
  readonly form: FormModel;
  readonly values: Values;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: Value) => void;
  /** The groups that are shown; all where it is not given. */
  readonly groups?: readonly string[];
  /** Names of fields that have a control of their own elsewhere. */
  readonly omit?: readonly string[];
  readonly words?: (field: Field) => FieldWords;
  readonly testIds?: Readonly<Record<string, string>>;
  /** Opens a chooser for a field of a path. */
  readonly onBrowse?: (field: Field) => void;
}

export function Form(props: FormProps): ReactElement {
  const { form, values, groups, omit = [] } = props;
  const shown = form.fields.filter(
    (field) =>
      (groups === undefined || groups.includes(field.group ?? "")) &&
      !omit.includes(field.name) &&
      isShown(form, field, values),
  );
  return (
    <div className="daisy-form">
      {shown.map((field) => (
        <FieldRow key={field.name} field={field} {...props} />
      ))}
    </div>
  );
}

function FieldRow(props: FormProps & { field: Field }): ReactElement {
  const { field, values, errors, onChange, words, testIds, onBrowse } = props;
  const id = useId();
  const t = useText();
  const { label, help } = words?.(field) ?? field;
  const error = errors[field.name];
  const range = rangeOf(field, t);
  const note = [help, range].filter((part) => part !== "").join("; ");
  const described = [note !== "" && `${id}-help`, error !== undefined && `${id}-error`].filter(Boolean).join(" ");
  const testId = testIds?.[field.name];
  const marks: Marks = {
    id,
    label,
    title: note || label,
    ...(described !== "" && { "aria-describedby": described }),
    ...(error !== undefined && { "aria-invalid": true }),
    ...(testId !== undefined && { "data-testid": testId }),
  };
  return (
    <div className="daisy-field" data-field={field.name} data-kind={field.kind}>
      <label htmlFor={id} title={note}>
        {label}
        {field.unit && <span className="daisy-unit"> [{field.unit}]</span>}
      </label>
      <Control
        field={field}
        value={valueOf(field, values)}
        marks={marks}
        onChange={(value) => onChange(field.name, value)}
        onBrowse={field.kind === "path" && onBrowse ? () => onBrowse(field) : undefined}
      />
      {note !== "" && <small id={`${id}-help`}>{note}</small>}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

export function FieldError({ id, error }: { id: string; error: string | undefined }): ReactElement | null {
  const say = useSentence();
  if (error === undefined) return null;
  return (
    <span id={id} className="daisy-field-error" role="status">
      {say(error)}
    </span>
  );
}

/** The range of a number in words: "above 0, at most 1". */
export function rangeOf(field: Field, t: ReturnType<typeof useText>): string {
  const limits = [
    ["form.above", field.above],
    ["form.minimum", field.minimum],
    ["form.below", field.below],
    ["form.maximum", field.maximum],
  ] as const;
  return limits
    .flatMap(([key, value]) => (value === null || value === undefined ? [] : [t(key, { value })]))
    .join(", ");
}
