import { beforeEach, expect, test } from "vitest";
import { tabKey } from "../src/tabKey";

/** A tab with what it keeps, and the events of its page. */
function tab(kept = new Map<string, string>()) {
  const listeners: Record<string, () => void> = {};
  const sessionStorage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
  const addEventListener = (type: string, listener: () => void): void => void (listeners[type] = listener);
  return { kept, sessionStorage, addEventListener, happens: (type: string) => listeners[type]?.() };
}

let first: ReturnType<typeof tab>;
let key: string;

beforeEach(() => {
  first = tab();
  key = tabKey(first);
});

test("a page that is loaded again finds its key", () => {
  first.happens("pagehide");
  expect(tabKey(tab(first.kept))).toBe(key);
});

test("a tab that is duplicated has a key of its own", () => {
  expect(tabKey(tab(new Map(first.kept)))).not.toBe(key);
});

test("a page that comes back as it was keeps its key for itself", () => {
  first.happens("pagehide");
  first.happens("pageshow");
  expect(tabKey(tab(new Map(first.kept)))).not.toBe(key);
  first.happens("pagehide");
  expect(tabKey(tab(first.kept))).toBe(key);
});
