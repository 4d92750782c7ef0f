import { expect, test } from "vitest";
import { sentence } from "../src/sentences";

const zh = (text: string): string => sentence("zh", text);

test("a sentence with values is said in Chinese, and in English as it came", () => {
  const text = "flats of (512, 640) and projections of (512, 600) do not fit together";
  expect(zh(text)).toBe("平场 (512, 640) 与投影 (512, 600) 的大小不一致");
  expect(sentence("en", text)).toBe(text);
});

test("a sentence and its remedy keep to themselves", () => {
  expect(zh("center=5 is outside the columns 10 to 95: give it in raw detector columns, or leave it out to have it found")).toBe(
    "center=5 超出 10 到 95 列：请以探测器原始列给出，或不填而自动寻找",
  );
});

test("what is wrong with a value is said in all its parts", () => {
  const text = "minimum='x' is refused: Input should be a valid number, unable to parse string as a number: allowed: float (floor of T, so that its logarithm is finite)";
  expect(zh(text)).toBe("minimum='x' 无效：应为数，无法识别：允许：数");
});

test("a colon in brackets ends no sentence", () => {
  const text = "center='abc' is refused: it is neither a number nor a range: allowed: float or first:last:step or none (of rotation; none or auto: found from the projections)";
  expect(zh(text)).toBe("center='abc' 无效：既非数也非范围：允许：数、起点:终点:步长，或不填而自动寻找");
});

test("the name of a step stays before its sentence, and a count after it", () => {
  expect(zh("normalize: there are no flats")).toBe("normalize：没有平场");
  expect(zh("dead or saturated pixels, interpolated along the row: 4")).toBe("坏点或饱和像素，已沿行插值：4");
});

test("a value that is a sentence is said in Chinese too", () => {
  expect(zh("/data has 1 GiB free, but the run needs 2 GiB: free space there, or choose another folder")).toBe(
    "/data 剩余 1 GiB，但运行需要 2 GiB：请在该处腾出空间，或另选文件夹",
  );
});

test("signs of a file's name mean nothing", () => {
  expect(zh("/a/$& (.*) {0}.h5 is not an HDF5 file")).toBe("/a/$& (.*) {0}.h5 不是 HDF5 文件");
});

test("what nobody knows stays as it is, also if it is long", () => {
  expect(zh("the beam was off")).toBe("the beam was off");
  const long = "x: ".repeat(5000);
  expect(zh(long)).toBe(long);
});

test("no sentence takes long, whatever stands in it", () => {
  const begun = performance.now();
  zh("a: b is c and of d, but e has f: ".repeat(60));
  expect(performance.now() - begun).toBeLessThan(1000);
});
