import { expect, it } from "vitest";
import { percentOf, stateWords } from "../../src/jobs/jobs";
import { translate, type Translate } from "../../src/texts";
import { job } from "./channel";

const en: Translate = (key, values) => translate("en", key, values);
const zh: Translate = (key, values) => translate("zh", key, values);

it("says how far a run is, how fast, and how long it will take", () => {
  expect(stateWords(job(), [job()], en)).toBe("is being computed, 3 of 12 slabs, 1.5 slabs/s, 0:06 left");
  expect(stateWords(job(), [job()], zh)).toBe("正在计算, 3 / 12 块, 1.5 块/秒, 剩余 0:06");
});

it("counts the slabs of a slow run by the minute", () => {
  expect(stateWords(job({ rate: 0.05, left: 180 }), [], en)).toContain("3 slabs/min, 3:00 left");
});

it("says nothing of a rate before the first slab", () => {
  expect(stateWords(job({ rate: null, left: null, done: 0 }), [], en)).toBe("is being computed, 0 of 12 slabs");
  expect(stateWords(job({ rate: null, left: null, done: 0, total: 0 }), [], en)).toBe("begins");
});

it("counts who is computed before a run that waits, by their places in the queue", () => {
  const resumed = job({ id: 1, ticket: 9, state: "queued" });
  const others = [job({ id: 2, ticket: 2, state: "done" }), job({ id: 3, ticket: 3 }), job({ id: 4, ticket: 4, state: "queued" })];
  expect(stateWords(resumed, [resumed, ...others], en)).toBe("waits for its turn, 2 before it");
});

it("says how long a run took, and how far one came that did not end", () => {
  expect(stateWords(job({ state: "done", done: 12, rate: null, left: null, seconds: 75 }), [], en)).toBe("done, took 1:15");
  const stopped = job({ state: "interrupted", rate: null, left: null, seconds: 5 });
  expect(stateWords(stopped, [], en)).toBe("interrupted, 3 of 12 slabs, took 0:05");
});

it("shows a run as complete only when it is done", () => {
  expect(percentOf(job())).toBe(25);
  expect(percentOf(job({ done: 12, total: 12 }))).toBe(100);
  expect(percentOf(job({ done: 0, total: 0 }))).toBe(0);
  expect(percentOf(job({ state: "done", done: 0, total: 0 }))).toBe(100);
});
