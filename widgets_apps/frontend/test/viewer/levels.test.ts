import { expect, it } from "vitest";
import { dragged, numberText, percentilesOf, windowOf } from "../../src/viewer/levels";

it("widens the window by a drag to the right and keeps its level", () => {
  const [low, high] = dragged([2, 4], 200, 0);
  expect(high - low).toBeCloseTo(2 * Math.E);
  expect((low + high) / 2).toBeCloseTo(3);
});

it("raises the level by a drag down and keeps the width", () => {
  expect(dragged([2, 4], 0, 100)).toEqual([3, 5]);
});

it("opens a window that has no width", () => {
  const [low, high] = dragged([5, 5], 100, 0);
  expect(high).toBeGreaterThan(low);
});

it("takes a window from two numbers that rise", () => {
  expect(windowOf("-1e-3", "2")).toEqual([-0.001, 2]);
  expect(windowOf("3", "2")).toBeNull();
  expect(windowOf("", "2")).toBeNull();
  expect(windowOf("many", "2")).toBeNull();
});

it("takes percentiles from 0 to 100 only", () => {
  expect(percentilesOf("1", "99.9")).toEqual([1, 99.9]);
  expect(percentilesOf("-1", "99")).toBeNull();
  expect(percentilesOf("1", "101")).toBeNull();
});

it("writes numbers short", () => {
  expect([0, 1.5, 1234567, 0.00001234, 100, null].map((value) => numberText(value))).toEqual(["0", "1.5", "1.2346e6", "1.234e-5", "100", "NaN"]);
});
