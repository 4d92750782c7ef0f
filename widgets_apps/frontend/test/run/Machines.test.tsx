// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { Machines as Pods } from "../../src/jobs/types";
import { Machines } from "../../src/run/Machines";
import { LanguageContext } from "../../src/texts";
import { job } from "../jobs/channel";

const EVIL = "<img src=x onerror=alert(1)>";
const full = { en: "no node has room", zh: "没有节点有空间" };
const pods: Pods = { cluster: "alice-1", asked: 4, joined: 1, waiting: [{ words: full, count: 2 }], notes: [] };

afterEach(cleanup);

function show(machines: Pods | null, language: "en" | "zh" = "en") {
  return render(
    <LanguageContext value={language}>
      <Machines job={job({ machines })} prefix="ct" />
    </LanguageContext>,
  ).container;
}

it("says in the language of the page why workers wait", () => {
  show(pods, "zh");
  expect(screen.getByRole("status", { name: "运行的工作进程" }).textContent).toBe("1 / 4 个工作进程2 个：没有节点有空间");
});

it("shows nothing of a run without pods", () => {
  expect(show(null).textContent).toBe("");
});

it("shows words that look like markup as text", () => {
  const container = show({ ...pods, notes: [{ time: 1, words: { en: EVIL, zh: EVIL } }] });
  expect(container.querySelector("img")).toBeNull();
  expect(container.textContent).toContain(EVIL);
});
