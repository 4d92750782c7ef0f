import { expect, it } from "vitest";
import { ahead } from "../../src/viewer/ahead";
import { Cache } from "../../src/viewer/cache";

it("drops what was used the longest time ago", () => {
  const cache = new Cache<string>(20);
  cache.put("a", "A", 10);
  cache.put("b", "B", 10);
  cache.get("a");
  cache.put("c", "C", 10);
  expect(["a", "b", "c"].map((key) => cache.get(key))).toEqual(["A", undefined, "C"]);
});

it("counts a value that is put again once", () => {
  const cache = new Cache<string>(20);
  cache.put("a", "A", 10);
  cache.put("a", "A2", 10);
  cache.put("b", "B", 10);
  expect([cache.get("a"), cache.get("b")]).toEqual(["A2", "B"]);
});

it("keeps a value that alone is too large", () => {
  const cache = new Cache<string>(5);
  cache.put("a", "A", 3);
  cache.put("b", "B", 10);
  expect([cache.has("a"), cache.has("b")]).toEqual([false, true]);
});

it("asks ahead in the direction of the last step, as far as there are slices", () => {
  expect(ahead(5, 1, 100)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
  expect(ahead(5, -1, 100)).toEqual([4, 3, 2, 1, 0]);
  expect(ahead(50, 10, 75)).toEqual([60, 70]);
  expect(ahead(98, 1, 100)).toEqual([99]);
});

it("asks for the neighbours before the first step", () => {
  expect(ahead(5, 0, 100)).toEqual([6, 4]);
  expect(ahead(0, 0, 1)).toEqual([]);
});
