import { expect, it } from "vitest";
import { placeText, type Source } from "../../src/viewer/types";

function along(first: number, last: number, units: string): Source {
  return { source: "s", name: "n", shape: [5], dims: ["row"], dtype: "f4", units: "", path: null, coordinates: { row: { first, last, units } } };
}

it.each([
  ["with its unit", along(0, 2, "mm"), " (1.5 mm)"],
  ["without one, where it is another number", along(10, 14, ""), " (13)"],
  ["not at all, where it is the index", along(0, 4, ""), ""],
])("says where a pixel lies %s", (_, source, words) => {
  expect(placeText(source, 0, 3)).toBe(words);
});
