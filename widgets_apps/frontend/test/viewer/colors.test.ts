import { expect, it } from "vitest";
import { colormaps, colour, table } from "../../src/viewer/colors";

function pixel(colormap: (typeof colormaps)[number], level: number): number[] {
  const pixels = new Uint8ClampedArray(4);
  colour(new Uint8Array([level]), table(colormap), pixels);
  return [...pixels];
}

it("shows levels as gray, and inverted", () => {
  expect(pixel("gray", 77)).toEqual([77, 77, 77, 255]);
  expect(pixel("gray_r", 77)).toEqual([178, 178, 178, 255]);
});

it("begins and ends with the colours of each map", () => {
  expect(pixel("viridis", 0)).toEqual([0x44, 0x01, 0x54, 255]);
  expect(pixel("viridis", 255)).toEqual([0xfd, 0xe7, 0x25, 255]);
  expect(pixel("coolwarm", 255)).toEqual([0xb4, 0x04, 0x26, 255]);
});

it("stays near the true colour between those that are given", () => {
  const [red = 0, green = 0, blue = 0] = pixel("viridis", 100); // matplotlib: 42, 118, 142
  expect(Math.max(Math.abs(red - 42), Math.abs(green - 118), Math.abs(blue - 142))).toBeLessThanOrEqual(2);
});

it("has 256 opaque colours in each map", () => {
  for (const one of colormaps) expect([...table(one)].filter((value) => value >>> 24 === 255)).toHaveLength(256);
});
