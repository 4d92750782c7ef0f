/** The controls of a form, one a kind of field. */

import { type ReactElement, useState } from "react";
import { useText } from "../texts";
import { type Field, fromText, same, toText, type Value } from "./model";

/** What makes a control accessible, whatever its kind. */
export interface Marks {
  readonly id: string;
  readonly title: string;
  readonly label: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
  readonly "data-testid"?: string;
}

export interface ControlProps {
  readonly field: Field;
  readonly value: Value;
  readonly marks: Marks;
  readonly onChange: (value: Value) => void;
  readonly onBrowse?: (() => void) | undefined;
}

export function Control(props: ControlProps): ReactElement {
  const { field } = props;
  if (field.kind === "flag") return <Flag {...props} />;
  if (field.kind === "choice") return <Choice {...props} />;
  if (field.kind === "numbers" && field.count) return <Numbers {...props} count={field.count} />;
  const isText = field.kind === "text" || field.kind === "path";
  return <Entry {...props} parse={isText ? plainText : fromText} />;
}

function plainText(text: string): string | null {
  return text === "" ? null : text;
}

/** A text as it is being typed: it changes with the value, except for the value that the typing itself gave. */
function useDraft(value: Value, parse: (text: string) => Value, onChange: (value: Value) => void) {
  const [draft, setDraft] = useState({ text: toText(value), value });
  const text = same(draft.value, value) ? draft.text : toText(value);
  function type(typed: string): void {
    const parsed = parse(typed);
    setDraft({ text: typed, value: parsed });
    onChange(parsed);
  }
  return [text, type] as const;
}

function Entry(props: ControlProps & { parse: (text: string) => Value }): ReactElement {
  const { field, value, marks, onChange, onBrowse, parse } = props;
  const t = useText();
  const [text, type] = useDraft(value, parse, onChange);
  const { label: _, ...attributes } = marks;
  const isNumber = field.kind === "number" || field.kind === "integer" || field.kind === "center";
  return (
    <span className="daisy-entry">
      <input
        {...attributes}
        type="text"
        inputMode={isNumber ? "decimal" : "text"}
        spellCheck={false}
        autoComplete="off"
        placeholder={field.optional ? t(emptyWord(field)) : ""}
        value={text}
        onChange={(event) => type(event.target.value)}
      />
      {onBrowse !== undefined && (
        <button type="button" title={t("form.browse.help")} aria-label={`${t("form.browse")}: ${marks.label}`} onClick={onBrowse}>
          …
        </button>
      )}
      <EmptyButton field={field} label={marks.label} value={value} onChange={onChange} />
    </span>
  );
}

/** Says whether an optional field has no value, and takes its value away. */
function EmptyButton(props: { field: Field; label: string; value: Value; onChange: (value: Value) => void }) {
  const { field, label, value, onChange } = props;
  const t = useText();
  if (!field.optional) return null;
  const word = emptyWord(field);
  return (
    <button
      type="button"
      className="daisy-empty"
      aria-pressed={value === null}
      title={t(`${word}.help`)}
      aria-label={`${label}: ${t(word)}`}
      onClick={() => onChange(null)}
    >
      {t(word)}
    </button>
  );
}

function emptyWord(field: Field): "form.auto" | "form.none" {
  return field.kind === "center" ? "form.auto" : "form.none";
}

function Flag({ value, marks, onChange }: ControlProps): ReactElement {
  const { label: _, ...attributes } = marks;
  return <input {...attributes} type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
}

function Choice({ field, value, marks, onChange }: ControlProps): ReactElement {
  const t = useText();
  const { label: _, ...attributes } = marks;
  const choices = field.choices ?? [];
  return (
    <select
      {...attributes}
      value={toText(value)}
      onChange={(event) => onChange(choices.find((choice) => String(choice) === event.target.value) ?? null)}
    >
      {field.optional && <option value="">{t("form.none")}</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}

function Numbers({ field, value, marks, onChange, count }: ControlProps & { count: number }): ReactElement {
  const t = useText();
  const parts = Array.from({ length: count }, (_, index) => (Array.isArray(value) ? (value[index] ?? null) : null));
  const { id, label, title, "data-testid": testId, ...state } = marks;
  function change(index: number, part: Value): void {
    const next = parts.map((old, place) => (place === index ? (part as string | number | null) : old));
    onChange(next.every((one) => one === null) ? null : next);
  }
  return (
    <span className="daisy-entry" data-count={count} role="group" aria-label={label} title={title} data-testid={testId}>
      {parts.map((part, index) => (
        <Part
          key={index}
          id={index === 0 ? id : `${id}-${index + 1}`}
          label={t("form.part", { label, number: index + 1, count })}
          state={state}
          value={part}
          onChange={(next) => change(index, next)}
        />
      ))}
      <EmptyButton field={field} label={label} value={value} onChange={onChange} />
    </span>
  );
}

interface PartProps {
  readonly id: string;
  readonly label: string;
  readonly state: Pick<Marks, "aria-describedby" | "aria-invalid">;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

function Part({ id, label, state, value, onChange }: PartProps): ReactElement {
  const [text, type] = useDraft(value, fromText, onChange);
  return (
    <input
      {...state}
      id={id}
      type="text"
      inputMode="decimal"
      aria-label={label}
      autoComplete="off"
      value={text}
      onChange={(event) => type(event.target.value)}
    />
  );
}
