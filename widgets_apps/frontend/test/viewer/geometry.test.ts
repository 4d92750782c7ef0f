import { expect, it } from "vitest";
import { between, fitted, panned, pixels, toCanvas, toImage, visible, zoomed } from "../../src/viewer/geometry";

const size = { width: 400, height: 200 };
const shape = [100, 100] as const;

it("fits the whole slice into the canvas", () => {
  const view = fitted(shape, size);
  expect(view).toEqual({ row: 50, column: 50, scale: 2 });
  expect(visible(view, size, shape)).toEqual([0, 100, 0, 100]);
});

it("finds the point of the slice under a place of the canvas and back", () => {
  const view = { row: 30, column: 70, scale: 4 };
  const point = toImage(view, size, 10, 20);
  expect(toCanvas(view, size, point)).toEqual({ x: 10, y: 20 });
});

it("keeps the point under the pointer where it is while zooming", () => {
  const view = fitted(shape, size);
  const before = toImage(view, size, 150, 60);
  const after = toImage(zoomed(view, size, shape, 150, 60, 3), size, 150, 60);
  expect(after.row).toBeCloseTo(before.row);
  expect(after.column).toBeCloseTo(before.column);
});

it("zooms neither out of sight nor beyond 64 pixels a pixel", () => {
  const view = fitted(shape, size);
  expect(zoomed(view, size, shape, 0, 0, 1e-9).scale).toBe(0.5);
  expect(zoomed(view, size, shape, 0, 0, 1e9).scale).toBe(64);
});

it("moves the slice with the pointer and never loses it", () => {
  const view = { row: 50, column: 50, scale: 2 };
  expect(panned(view, shape, 20, -10)).toEqual({ row: 55, column: 40, scale: 2 });
  expect(panned(view, shape, 1e6, 1e6)).toMatchObject({ row: 0, column: 0 });
});

it("asks for the pixels that are seen at least in part", () => {
  expect(visible({ row: 50, column: 50, scale: 8 }, size, shape)).toEqual([37, 63, 25, 75]);
});

it("asks for no more pixels than the region or the canvas has", () => {
  expect(pixels([0, 2048, 0, 2048], 0.25)).toEqual([512, 512]);
  expect(pixels([10, 20, 0, 30], 8)).toEqual([10, 30]);
  expect(pixels([0, 4, 0, 4], 0.001)).toEqual([1, 1]);
});

it("takes a region between two corners in any order, with at least one pixel", () => {
  expect(between({ row: 30.2, column: 9 }, { row: 20.7, column: 4.5 }, shape)).toEqual([20, 31, 4, 9]);
  expect(between({ row: 100, column: 100 }, { row: 100, column: 100 }, shape)).toEqual([99, 100, 99, 100]);
});
