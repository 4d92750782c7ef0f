import { expect, it } from "vitest";
import { around, givenCenter, moved } from "../../src/ct/centers";

it("neighbouring centers stand around one, without the dust of binary fractions", () => {
  expect(around(296.3, 0.1, 5)).toEqual([296.1, 296.2, 296.3, 296.4, 296.5]);
  expect(around(10, 1, 4)).toEqual([8, 9, 10, 11, 12]);
  expect(moved(0.1, 0.2)).toBe(0.3);
});

it.each([
  [296.5, 296.5],
  ["296.5", 296.5],
  [null, null],
  ["", null],
  ["auto", null],
  ["290:310:0.5", null],
  [undefined, null],
])("%j is the center %j", (value, center) => {
  expect(givenCenter(value)).toBe(center);
});
