// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { afterEach, expect, it, vi } from "vitest";
import { RequestError } from "../../src/channel";
import { JobList } from "../../src/jobs/JobList";
import type { Job } from "../../src/jobs/types";
import { LanguageContext } from "../../src/texts";
import { FakeChannel, job } from "./channel";

const EVIL = "<img src=x onerror=alert(1)>";

afterEach(cleanup);

function show(jobs: readonly Job[], language: "en" | "zh" = "en") {
  const channel = new FakeChannel(jobs);
  const [onOpen, onAgain] = [vi.fn(), vi.fn()];
  const { container } = render(
    <LanguageContext value={language}>
      <JobList channel={channel} onOpen={onOpen} onAgain={onAgain} />
    </LanguageContext>,
  );
  return { channel, onOpen, onAgain, container };
}

function actions(): string[] {
  return screen.getAllByRole("button").map((button) => button.textContent);
}

it("shows progress, and follows what the server tells", async () => {
  const { channel } = show([job()]);
  const bar = await screen.findByRole("progressbar", { name: "Progress of tooth" });
  expect(bar.getAttribute("aria-valuenow")).toBe("25");
  expect(screen.getByRole("status").textContent).toContain("3 of 12 slabs");
  act(() => channel.tell([job({ done: 6 })]));
  expect(bar.getAttribute("aria-valuenow")).toBe("50");
});

it("says that there is no run", async () => {
  show([]);
  expect(await screen.findByText("No run was started yet.")).toBeTruthy();
});

it.each([
  ["queued", ["Stop", "Same again", "Log"]],
  ["running", ["Stop", "Same again", "Log"]],
  ["done", ["Open", "Same again", "Log", "Forget"]],
  ["failed", ["Resume", "Same again", "Log", "Forget"]],
  ["interrupted", ["Resume", "Same again", "Log", "Forget"]],
] as const)("offers for a job that is %s what can be done with it", async (state, expected) => {
  show([job({ state })]);
  await screen.findByRole("progressbar");
  expect(actions()).toEqual(expected);
});

it.each([
  ["running", "Stop", "jobs.stop"],
  ["interrupted", "Resume", "jobs.resume"],
  ["done", "Forget", "jobs.forget"],
] as const)("asks the server to do it: a job that is %s", async (state, text, method) => {
  const { channel } = show([job({ id: 7, state })]);
  fireEvent.click(await screen.findByText(text));
  expect(channel.asked.at(-1)).toEqual([method, { id: 7 }]);
});

it("hands a job to whoever opens its result or does the same again", async () => {
  const done = job({ state: "done" });
  const { onOpen, onAgain } = show([done]);
  fireEvent.click(await screen.findByText("Open"));
  fireEvent.click(screen.getByText("Same again"));
  expect(onOpen).toHaveBeenCalledWith(done);
  expect(onAgain).toHaveBeenCalledWith(done);
});

it("shows why a job failed and what helps, and a refusal beside the job", async () => {
  const { channel } = show([job({ state: "failed", error: "no space for /data/a.h5", remedy: "free space there" })]);
  expect((await screen.findByText(/no space for/)).textContent).toBe("no space for /data/a.h5 (free space there)");
  channel.refusal = new RequestError("job 1 is running", "resume what was stopped or failed");
  fireEvent.click(screen.getByText("Resume"));
  expect((await screen.findByRole("alert")).textContent).toContain("job 1 is running");
});

it("opens the log, and reads all of it", async () => {
  const { channel } = show([job({ state: "done" })]);
  channel.log = `first line\nsecond line\n${EVIL}\n`;
  fireEvent.click(await screen.findByText("Log"));
  const log = await screen.findByRole("log");
  await waitFor(() => expect(log.textContent).toBe(channel.log));
  fireEvent.click(screen.getByText("Log"));
  expect(screen.queryByRole("log")).toBeNull();
});

it("reads the log of a job on while it goes on", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  try {
    const { channel } = show([job()]);
    fireEvent.click(await screen.findByText("Log"));
    const log = await screen.findByRole("log");
    channel.log = "later";
    await act(() => vi.advanceTimersByTimeAsync(1100));
    await waitFor(() => expect(log.textContent).toBe("later"));
  } finally {
    vi.useRealTimers();
  }
});

it("asks anew when the way to the server is back", async () => {
  const { channel } = show([job()]);
  await screen.findByRole("progressbar");
  act(() => channel.change("lost"));
  channel.jobs = [job({ state: "done" })];
  act(() => channel.change("open"));
  await waitFor(() => expect(screen.getByRole("status").textContent).toContain("done"));
});

it("shows names as text", async () => {
  const { container } = show([job({ title: EVIL, state: "failed", error: EVIL, remedy: EVIL, section: EVIL })]);
  await screen.findByRole("progressbar");
  expect(container.querySelector("img")).toBeNull();
  expect(within(container).getByRole("progressbar").getAttribute("aria-label")).toBe(`Progress of ${EVIL}`);
});

it("says that memory was lacking, how much there is and what to do, in the reader's language", async () => {
  const killed = job({ state: "interrupted", error: "a process was ended", remedy: "resume it", lacked: 2 * 2 ** 30 });
  show([killed], "zh");
  expect((await screen.findByText(/所需内存超过可用的 2 GiB/)).textContent).toContain("请减少工作进程数");
  expect(screen.queryByText(/a process was ended/)).toBeNull();
});

it("keeps what a run said of its own failure beside the lack of memory", async () => {
  show([job({ state: "failed", error: "a worker was lost", remedy: "resume it", lacked: 0 })]);
  expect(await screen.findByText(/a worker was lost/)).toBeTruthy();
  expect(screen.getByText(/more memory was needed than this computer has/).textContent).toContain("take fewer workers");
});

it("speaks Chinese", async () => {
  show([job({ state: "interrupted" })], "zh");
  expect(await screen.findByText("继续")).toBeTruthy();
  expect(screen.getByRole("status").textContent).toContain("已中断");
});

it("has no serious fault for those who cannot see or use a mouse", async () => {
  const states = ["queued", "running", "done", "failed", "interrupted"] as const;
  const { container } = show(states.map((state, id) => job({ id, state, title: `scan ${id}`, error: "why" })));
  await screen.findAllByRole("progressbar");
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id }) => id)).toEqual([]);
});
