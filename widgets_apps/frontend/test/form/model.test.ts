import { describe, expect, it } from "vitest";
import { changes, complete, type Field, type FormModel, fromText, groupsOf, isShown } from "../../src/form/model";

function field(name: string, more: Partial<Field> = {}): Field {
  return { name, label: name, help: "", kind: "number", optional: false, default: 1, ...more };
}

const form: FormModel = {
  fields: [
    field("data", { kind: "choice", choices: ["counts", "absorption"], default: "counts", group: "Scan" }),
    field("zingers", { optional: true, default: null, when: { data: ["counts"] }, group: "Preparation" }),
    field("size", { when: { zingers: [5] }, group: "Preparation" }),
  ],
};

describe("a form's values", () => {
  it("are the defaults until something is given", () => {
    expect(complete(form, { size: 3 })).toEqual({ data: "counts", zingers: null, size: 3 });
  });

  it("that were taken back to nothing stay nothing", () => {
    expect(complete({ fields: [field("mask", { optional: true, default: 0.9 })] }, { mask: null })).toEqual({ mask: null });
  });

  it("are sent only where they differ and are shown", () => {
    expect(changes(form, { data: "counts", zingers: 5, size: 2 })).toEqual({ zingers: 5, size: 2 });
    expect(changes(form, { data: "absorption", zingers: 5, size: 2 })).toEqual({ data: "absorption" });
  });
});

describe("a dependent field", () => {
  it("is hidden with the field it depends on", () => {
    const size = form.fields[2] as Field;
    expect(isShown(form, size, { data: "counts", zingers: 5 })).toBe(true);
    expect(isShown(form, size, { data: "counts", zingers: 4 })).toBe(false);
    expect(isShown(form, size, { data: "absorption", zingers: 5 })).toBe(false);
  });

  it("of a field that is not there is hidden", () => {
    expect(isShown(form, field("lost", { when: { nothing: [1] } }), {})).toBe(false);
  });
});

it("groups stand in the order of their first fields", () => {
  expect(groupsOf(form)).toEqual(["Scan", "Preparation"]);
});

it.each([
  ["1.5", 1.5],
  [" -2e3 ", -2000],
  [".5", 0.5],
  ["", null],
  ["0x10", "0x10"],
  ["Infinity", "Infinity"],
  ["290:310", "290:310"],
  ["1,5", "1,5"],
])("the text %j stands for %j", (text, value) => {
  expect(fromText(text)).toBe(value);
});
