// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import { remember } from "../../src/ct/memory";
import { beginning } from "../../src/ct/state";
import { complete, type FormModel } from "../../src/form/model";
import { fields } from "./server";

const form: FormModel = { fields };
const entered = { projections: "/entry/data", zingers: 5, center: 12, algorithm: "fbp", background: [0, 1, 0, 1], output: "/a.h5" };

beforeEach(() => localStorage.clear());

it("what was entered before the first scan stays", () => {
  const values = complete(form, entered);
  expect(beginning(form, values, null, "/a.h5")).toEqual(values);
});

it("a scan that did not open is tried again with what was entered", () => {
  const values = complete(form, entered);
  expect(beginning(form, values, "/a.h5", "/a.h5")).toEqual(values);
});

it("of another scan stays what suits every scan", () => {
  const begun = beginning(form, complete(form, entered), "/a.h5", "/b.h5");
  expect(begun).toEqual(complete(form, { zingers: 5, algorithm: "fbp" }));
});

it("a scan that was open before is as it was left", () => {
  remember("/b.h5", { center: 30, output: "/b_rec.h5" });
  const begun = beginning(form, complete(form, entered), "/a.h5", "/b.h5");
  expect(begun).toEqual(complete(form, { center: 30, output: "/b_rec.h5" }));
});
