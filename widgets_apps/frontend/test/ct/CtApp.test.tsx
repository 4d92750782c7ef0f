// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { seriousFaults } from "../shared/axe";
import { EVIL, job, Server } from "./server";
import { byId, lastGiven, opened, show } from "./showing";

// The viewer has tests of its own; here it says what it was given.
vi.mock("../../src/viewer/SliceViewer", () => ({
  SliceViewer: ({ source }: { source: { name: string } }) => <div data-shown={source.name} />,
}));

beforeEach(() => localStorage.clear());
afterEach(cleanup);

it("opens the scan whose path is entered and shows its preview", async () => {
  const server = new Server();
  show(server);
  fireEvent.change(await screen.findByTestId("ct-input"), { target: { value: "/data/scan.h5" } });
  fireEvent.click(byId("ct-open"));
  await screen.findByText("90 × 4 rows × 64 columns");
  expect(byId("ct-output").value).toBe("/data/scan_rec.h5");
  await waitFor(() => expect(byId("ct-preview").querySelector("[data-shown]")).not.toBeNull());
  expect(lastGiven(server, "ct.preview")).toEqual({ input: "/data/scan.h5", output: "/data/scan_rec.h5" });
});

it("has every control for scripts in reach at once", async () => {
  const ids = "input open center find-center preview algorithm output run stop progress status engine workers results";
  await opened(new Server());
  for (const id of ids.split(" ")) expect(screen.getAllByTestId(`ct-${id}`)).toHaveLength(1);
});

it("shows names and metadata that look like markup as text", async () => {
  const { container } = await opened(new Server(), EVIL);
  expect(byId("ct-input").value).toBe(EVIL);
  expect(screen.getByText("<script>alert(1)</script>")).toBeTruthy();
  expect(container.querySelector("img, script")).toBeNull();
});

it("says beside the field why a scan does not open", async () => {
  show(new Server(), { input: "/data/missing.h5" });
  await waitFor(() => expect(screen.getByTestId("ct-input").getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getAllByText("/data/missing.h5 is not there").length).toBeGreaterThan(0);
});

it("runs nothing while the scan that was asked for is not open", async () => {
  const server = new Server();
  await opened(server);
  expect(byId<HTMLButtonElement>("ct-run").disabled).toBe(false);
  fireEvent.change(byId("ct-input"), { target: { value: "/data/missing.h5" } });
  fireEvent.click(byId("ct-open"));
  expect(byId<HTMLButtonElement>("ct-run").disabled).toBe(true);
  await screen.findAllByText("/data/missing.h5 is not there");
  expect(byId("ct-input").value).toBe("/data/missing.h5");
  expect(byId<HTMLButtonElement>("ct-run").disabled).toBe(true);
});

it("keeps what was entered while the scan opened", async () => {
  const server = new Server();
  show(server);
  fireEvent.change(await screen.findByTestId("ct-input"), { target: { value: "/data/scan.h5" } });
  fireEvent.click(byId("ct-open"));
  fireEvent.change(byId("ct-output"), { target: { value: "/results/mine.h5" } });
  await screen.findByText("NXtomo");
  expect(byId("ct-output").value).toBe("/results/mine.h5");
});

it("finds the center, and takes one that is given", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.click(byId("ct-find-center"));
  await waitFor(() => expect(byId("ct-center").value).toBe("30.25"));
  await waitFor(() => expect(lastGiven(server, "ct.preview")).toMatchObject({ center: 30.25 }));
  fireEvent.click(screen.getByRole("button", { name: "Move the center by +0.1 px" }));
  expect(byId("ct-center").value).toBe("30.35");
  fireEvent.change(byId("ct-center"), { target: { value: "" } });
  await waitFor(() => expect(lastGiven(server, "ct.preview")).not.toHaveProperty("center"));
});

it("moves an automatic center from where it was found", async () => {
  const server = new Server();
  await opened(server);
  await screen.findByText(/center 31.5 px/);
  fireEvent.click(screen.getByRole("button", { name: "Move the center by −1 px" }));
  expect(byId("ct-center").value).toBe("30.5");
});

it("shows candidates side by side, and a click chooses", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.focus(byId("ct-center"));
  await screen.findByText(/center 31.5 px/, { selector: "[data-testid=ct-preview] *" });
  fireEvent.click(await screen.findByRole("button", { name: "Show candidates" }));
  fireEvent.click(await screen.findByRole("button", { name: "Take 33.5 px as the center" }));
  expect(byId("ct-center").value).toBe("33.5");
  expect(server.channel.given("ct.candidates")[0]?.["centers"]).toEqual([28.5, 29.5, 30.5, 31.5, 32.5, 33.5, 34.5]);
});

it("shows a parameter that was declared later without a line of its own", async () => {
  await opened(new Server());
  fireEvent.change(screen.getByLabelText("zingers"), { target: { value: "5" } });
  fireEvent.change(screen.getByLabelText("data"), { target: { value: "absorption" } });
  expect(screen.queryByLabelText("zingers")).toBeNull();
});

it("shows what is wrong with a value beside its field", async () => {
  const server = new Server();
  await opened(server);
  server.wrong = { center: "center='left' is refused: no number" };
  fireEvent.change(byId("ct-center"), { target: { value: "left" } });
  await screen.findByText("center='left' is refused: no number");
  expect(byId("ct-center").getAttribute("aria-invalid")).toBe("true");
});

it("offers workers of the cluster where the server has them, and tells of the run's", async () => {
  const server = new Server();
  server.places = ["here", "kubernetes"];
  await opened(server);
  const choices = () => [...byId("ct-engine").querySelectorAll("option")].map((option) => option.textContent);
  await waitFor(() => expect(choices()).toEqual(["in this pod", "on workers of the cluster"]));
  fireEvent.change(byId<HTMLSelectElement>("ct-engine"), { target: { value: "kubernetes" } });
  fireEvent.change(byId("ct-workers"), { target: { value: "4" } });
  fireEvent.click(byId("ct-run"));
  await waitFor(() => expect(server.channel.given("ct.start")).toMatchObject([{ engine: "kubernetes", workers: 4 }]));
  const full = { en: "no node has room", zh: "没有节点有空间" };
  const machines = { cluster: "alice-1", asked: 4, joined: 1, waiting: [{ words: full, count: 2 }, { words: null, count: 1 }], notes: [] };
  act(() => server.channel.emit("jobs", { jobs: [job({ id: 7, machines })] }));
  expect(byId("ct-machines").textContent).toBe("1 of 4 workers2: no node has room1 are starting");
  const notes = [{ time: 1, words: { en: "worker w1 was lost", zh: "工作进程 w1 丢失" } }];
  act(() => server.channel.emit("jobs", { jobs: [job({ id: 7, state: "done", machines: { ...machines, notes } })] }));
  expect(byId("ct-machines").textContent).toBe("worker w1 was lost");
});

it("says why the platform refuses workers", async () => {
  const server = new Server();
  await opened(server);
  const words = { en: "only 2 of 4 workers are left", zh: "4 个工作进程只剩 2 个" };
  fireEvent.click(byId("ct-run"));
  await waitFor(() => expect(byId("ct-status").dataset["state"]).toBe("running"));
  act(() => server.channel.emit("jobs", { jobs: [job({ id: 7, state: "failed", error: words.en, words })] }));
  expect(byId("ct-status").textContent).toContain("only 2 of 4 workers are left");
});

it("runs with the parameters of the form, and follows the run", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.change(byId<HTMLSelectElement>("ct-algorithm"), { target: { value: "fbp" } });
  fireEvent.change(byId<HTMLSelectElement>("ct-engine"), { target: { value: "workers" } });
  fireEvent.change(byId("ct-workers"), { target: { value: "3" } });
  fireEvent.click(byId("ct-run"));
  await waitFor(() => expect(byId("ct-status").dataset["state"]).toBe("running"));
  expect(server.channel.given("ct.start")).toEqual([
    {
      parameters: { input: "/data/scan.h5", output: "/data/scan_rec.h5", algorithm: "fbp" },
      ...{ engine: "workers", workers: 3, overwrite: false, resume: false },
    },
  ]);
  act(() => server.channel.emit("jobs", { jobs: [job({ id: 7 })] }));
  expect(byId("ct-progress").getAttribute("aria-valuenow")).toBe("25");
  expect(byId("ct-status").textContent).toBe("is being computed, 1 of 4 slabs, 0.5 slabs/s, 0:06 left");
  act(() => server.channel.emit("jobs", { jobs: [job({ id: 7, state: "done", seconds: 65 })] }));
  expect(byId("ct-status").dataset).toMatchObject({ state: "done", output: "/data/scan_rec.h5" });
  expect(byId("ct-status").textContent).toContain("took 1:05");
});

it("asks before it replaces an output", async () => {
  const server = new Server();
  server.exists = true;
  await opened(server);
  fireEvent.click(await screen.findByLabelText("The output exists: replace it"));
  fireEvent.click(byId("ct-run"));
  await waitFor(() => expect(server.channel.given("ct.start")[0]).toMatchObject({ overwrite: true }));
});

it("finds a run that goes on when the page opens, with its parameters", async () => {
  const server = new Server();
  server.jobs = [job({ state: "queued", id: 9, ticket: 9 }), job({ id: 3, input: "/data/other.h5", output: "/data/o.h5" })];
  show(server);
  await screen.findByText("NXtomo");
  expect(byId("ct-center").value).toBe("12");
  expect(byId("ct-status").dataset["state"]).toBe("running");
  expect(byId("ct-status").textContent).toBe("waits for its turn, 1 before it");
});

it("offers to resume a run that was interrupted", async () => {
  const server = new Server();
  server.jobs = [job({ state: "interrupted", error: "the process is gone", remedy: "resume it" })];
  await opened(server);
  expect(byId("ct-status").dataset["state"]).toBe("interrupted");
  expect(byId("ct-status").textContent).toContain("the process is gone");
  fireEvent.click(screen.getByRole("button", { name: "Resume" }));
  await waitFor(() => expect(server.channel.given("jobs.resume")).toEqual([{ id: 1 }]));
});

it("remembers the last scan and its parameters", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.change(byId("ct-center"), { target: { value: "29.5" } });
  cleanup();
  show(server);
  await screen.findByText("NXtomo");
  expect(byId("ct-input").value).toBe("/data/scan.h5");
  expect(byId("ct-center").value).toBe("29.5");
});

it("asks for the preview again when the connection is back", async () => {
  const server = new Server();
  await opened(server);
  await screen.findByText(/center 31.5 px/);
  const before = server.channel.given("ct.preview").length;
  act(() => server.channel.change("lost"));
  act(() => server.channel.change("open"));
  await waitFor(() => expect(server.channel.given("ct.preview").length).toBeGreaterThan(before));
});

it("tells that the connection is lost, and offers to start a server that was stopped", async () => {
  const server = new Server();
  await opened(server);
  act(() => server.channel.change("lost"));
  expect(screen.getAllByText("the server does not answer; trying again").length).toBeGreaterThan(0);
  act(() => server.channel.change("ended"));
  expect(screen.getByText("Start the server").getAttribute("href")).toBe("/hub/spawn");
});

it("leads the focus to the step whose tab is pressed", async () => {
  await opened(new Server());
  fireEvent.click(screen.getByRole("button", { name: "Reconstruct" }));
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Reconstruct" }));
});

it.each([
  ["enough", 2e9, false],
  ["too little", 9e9, true],
])("says beside the button that there is %s disk space", async (_, needed, isWrong) => {
  const server = new Server();
  server.needed = needed;
  await opened(server);
  const space = await screen.findByText(`${needed / 1e9}.0 GB needed, 5.0 GB free`);
  expect(space.parentElement?.contains(byId("ct-run"))).toBe(true);
  expect(space.classList.contains("daisy-field-error")).toBe(isWrong);
});

it("speaks Chinese", async () => {
  await opened(new Server());
  fireEvent.change(screen.getByLabelText("Language"), { target: { value: "zh" } });
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("断层成像");
  expect(screen.getByLabelText("算法")).toBe(byId("ct-algorithm"));
});

it("has no serious fault of accessibility", async () => {
  const server = new Server();
  server.results = [{ output: "/data/scan_rec.h5", run: "/data/scan_rec.h5.run", shape: [4, 64, 64], parameters: { center: 3 } }];
  const { container } = await opened(server);
  await screen.findByText("scan_rec.h5");
  expect(await seriousFaults(container)).toEqual([]);
});
