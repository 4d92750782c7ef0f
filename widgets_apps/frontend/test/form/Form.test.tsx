// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { type ReactElement, useState } from "react";
import { afterEach, expect, it } from "vitest";
import { Form, type FormProps } from "../../src/form/Form";
import type { Field, Values } from "../../src/form/model";
import { seriousFaults } from "../shared/axe";

afterEach(cleanup);

const fields: Field[] = [
  { name: "cutoff", label: "Cutoff", help: "of the filter", kind: "number", optional: false, default: 1, above: 0, maximum: 1 },
  { name: "energy", label: "Energy", help: "", kind: "number", unit: "keV", optional: true, default: null },
  { name: "stripes", label: "Stripes", help: "", kind: "choice", choices: ["none", "sorting"], optional: false, default: "none" },
  { name: "size", label: "Size", help: "", kind: "integer", optional: false, default: 21, when: { stripes: ["sorting"] } },
  { name: "crop", label: "Crop", help: "", kind: "numbers", count: 2, unit: "px", optional: true, default: null },
  { name: "center", label: "Center", help: "", kind: "center", optional: true, default: null },
  { name: "flag", label: "Flag", help: "", kind: "flag", optional: false, default: false },
  { name: "flats", label: "Flats", help: "", kind: "path", optional: true, default: null },
];

const seen: Values[] = [];

function Held(props: Partial<FormProps>): ReactElement {
  const [values, setValues] = useState<Values>({});
  function change(name: string, value: Values[string] | undefined): void {
    const next = { ...values, [name]: value ?? null };
    seen.push(next);
    setValues(next);
  }
  return <Form form={{ fields }} values={values} errors={{}} onChange={change} {...props} />;
}

function last(): Values | undefined {
  return seen.at(-1);
}

it("says unit, help and range of a field", () => {
  render(<Held />);
  const entry = screen.getByLabelText("Cutoff");
  const note = document.getElementById(entry.getAttribute("aria-describedby") ?? "");
  expect(note?.textContent).toBe("of the filter; above 0, at most 1");
  expect(screen.getByText("[keV]")).toBeTruthy();
});

it("gives numbers as numbers and keeps what is typed", () => {
  render(<Held />);
  const entry = screen.getByLabelText<HTMLInputElement>("Cutoff");
  fireEvent.change(entry, { target: { value: "0.50" } });
  expect(last()).toMatchObject({ cutoff: 0.5 });
  expect(entry.value).toBe("0.50");
});

it("gives a text that is no number to the server as it is", () => {
  render(<Held />);
  fireEvent.change(screen.getByLabelText("Cutoff"), { target: { value: "half" } });
  expect(last()).toMatchObject({ cutoff: "half" });
});

it("shows the message of a field beside it", () => {
  render(<Held errors={{ cutoff: "cutoff=2 is refused: at most 1" }} />);
  const entry = screen.getByLabelText("Cutoff");
  expect(entry.getAttribute("aria-invalid")).toBe("true");
  const ids = entry.getAttribute("aria-describedby")?.split(" ") ?? [];
  expect(ids.map((id) => document.getElementById(id)?.textContent)).toContain("cutoff=2 is refused: at most 1");
});

it("shows a dependent field only when it is asked for", () => {
  render(<Held />);
  expect(screen.queryByLabelText("Size")).toBeNull();
  fireEvent.change(screen.getByLabelText("Stripes"), { target: { value: "sorting" } });
  expect(screen.getByLabelText<HTMLInputElement>("Size").value).toBe("21");
});

it("says that an optional field has no value, and takes its value away", () => {
  render(<Held />);
  const none = screen.getByRole("button", { name: "Energy: none" });
  expect(none.getAttribute("aria-pressed")).toBe("true");
  fireEvent.change(screen.getByLabelText(/^Energy \[/), { target: { value: "12" } });
  expect(none.getAttribute("aria-pressed")).toBe("false");
  fireEvent.click(none);
  expect(last()).toMatchObject({ energy: null });
  expect(screen.getByLabelText<HTMLInputElement>(/^Energy \[/).value).toBe("");
});

it("gives an empty center as automatic", () => {
  render(<Held />);
  const center = screen.getByLabelText<HTMLInputElement>("Center");
  expect(center.placeholder).toBe("auto");
  fireEvent.change(center, { target: { value: "296.5" } });
  expect(last()).toMatchObject({ center: 296.5 });
  fireEvent.change(center, { target: { value: "" } });
  expect(last()).toMatchObject({ center: null });
});

it("gives several numbers as a list", () => {
  render(<Held />);
  fireEvent.change(screen.getByLabelText("Crop, 1 of 2"), { target: { value: "100" } });
  expect(last()).toMatchObject({ crop: [100, null] });
  fireEvent.change(screen.getByLabelText("Crop, 2 of 2"), { target: { value: "900" } });
  expect(last()).toMatchObject({ crop: [100, 900] });
});

it("shows a label that looks like markup as text", () => {
  const field: Field = { ...(fields[1] as Field), label: "<img src=x onerror=alert(1)>" };
  const { container } = render(<Held form={{ fields: [field] }} />);
  expect(container.querySelector("img")).toBeNull();
  expect(container.textContent).toContain("<img src=x onerror=alert(1)>");
});

it("has no serious fault of accessibility", async () => {
  const { container } = render(<Held errors={{ crop: "wrong" }} onBrowse={() => undefined} />);
  expect(await seriousFaults(container)).toEqual([]);
});
