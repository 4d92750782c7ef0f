import { expect, it } from "vitest";
import { durationText, folderOf, nameOf, sizeText } from "../../src/files/format";

it.each([
  [null, ""],
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [999_600, "1.0 MB"],
  [99_960, "100 kB"],
  [12_300_000_000, "12.3 GB"],
])("%s bytes are %j", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

it.each([
  [5, "0:05"],
  [65.4, "1:05"],
  [3723, "1:02:03"],
])("%s seconds are %j", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

it.each([
  ["/a/b.h5", "/a", "b.h5"],
  ["/b.h5", "/", "b.h5"],
  ["b.h5", "", "b.h5"],
])("%s lies in %j and is called %j", (path, folder, name) => {
  expect(folderOf(path)).toBe(folder);
  expect(nameOf(path)).toBe(name);
});
