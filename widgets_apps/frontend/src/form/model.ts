/** A form as the server declares it, and the arithmetic of its values; pure. */

export type Value = string | number | boolean | null | readonly (string | number | null)[];

/** Values by the name of their field. */
export type Values = Readonly<Record<string, Value>>;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly unit?: string | null;
  readonly kind: string;
  readonly count?: number | null;
  readonly optional: boolean;
  readonly default?: Value;
  readonly minimum?: number | null;
  readonly above?: number | null;
  readonly maximum?: number | null;
  readonly below?: number | null;
  readonly choices?: readonly (string | number)[] | null;
  readonly role?: string | null;
  readonly group?: string | null;
  readonly when?: Readonly<Record<string, readonly Value[]>> | null;
}

export interface FormModel {
  readonly fields: readonly Field[];
}

/** The value of every field: what is given, else its default. */
export function complete(form: FormModel, given: Values): Values {
  return Object.fromEntries(form.fields.map((field) => [field.name, valueOf(field, given)]));
}

/** What differs from the defaults, of the fields that are shown. */
export function changes(form: FormModel, values: Values): Values {
  const differing = form.fields.filter(
    (field) => isShown(form, field, values) && !same(valueOf(field, values), defaultOf(field)),
  );
  return Object.fromEntries(differing.map((field) => [field.name, valueOf(field, values)]));
}

/** Whether the values that a field depends on ask for it; a field that depends on a hidden one is hidden. */
export function isShown(form: FormModel, field: Field, values: Values): boolean {
  return Object.entries(field.when ?? {}).every(([name, allowed]) => {
    const other = form.fields.find((candidate) => candidate.name === name);
    if (other === undefined) return false;
    const value = valueOf(other, values);
    return isShown(form, other, values) && allowed.some((choice) => same(choice, value));
  });
}

/** The groups in the order in which their first fields stand. */
export function groupsOf(form: FormModel): string[] {
  return [...new Set(form.fields.map((field) => field.group ?? ""))];
}

export function valueOf(field: Field, values: Values): Value {
  const value = values[field.name];
  return value === undefined ? defaultOf(field) : value;
}

export function defaultOf(field: Field): Value {
  return field.default ?? null;
}

export function same(one: Value, other: Value): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What a text stands for: a number where it is one, nothing where it is empty, else the text itself. */
export function fromText(text: string): string | number | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  // Number() would take "0x10" and "Infinity" too.
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

export function toText(value: Value | undefined): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map((part) => toText(part as Value)).join(":") : String(value);
}
