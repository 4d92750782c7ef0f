// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Initial } from "../../src/host";
import { PreferencesProvider } from "../../src/preferences";
import { WorkflowApp } from "../../src/workflow/WorkflowApp";
import { seriousFaults } from "../shared/axe";
import { host } from "../shared/fake";
import { field, job, sections, Server } from "./server";

// The viewer has tests of its own; here it says what it was given.
vi.mock("../../src/viewer/SliceViewer", () => ({
  SliceViewer: ({ source }: { source: { name: string } }) => <div data-shown={source.name}>{source.name}</div>,
}));

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const about = { session: "1", name: "smooth", title: { en: "Smoothing", zh: "平滑" }, component: "workflow", jobs: "own:SmoothApp" };

const many = Array.from({ length: 7 }, (_, index) => field(`load.p${index}`));

function show(server: Server, initial: Initial = {}) {
  return render(
    <PreferencesProvider>
      <WorkflowApp channel={server.channel} host={host} initial={initial} about={about} />
    </PreferencesProvider>,
  );
}

async function opened(server: Server) {
  const shown = show(server, { input: "/data/a.h5" });
  await screen.findByText("smooth.output at 4");
  return shown;
}

function byId<T extends HTMLElement = HTMLInputElement>(id: string): T {
  return screen.getByTestId<T>(id);
}

it("opens the input whose path is entered, proposes an output and shows the first data object", async () => {
  const server = new Server();
  show(server);
  fireEvent.change(await screen.findByTestId("app-input"), { target: { value: "/data/a.h5" } });
  expect(byId<HTMLButtonElement>("app-run").disabled).toBe(true);
  fireEvent.click(byId("app-open"));
  await screen.findByText("smooth.output at 4");
  expect(byId("app-output").value).toBe("/data/a_out.h5");
  expect(server.channel.given("workflow.preview").at(-1)).toEqual({
    ...{ parameters: { "load.input": "/data/a.h5", "save.output": "/data/a_out.h5" } },
    ...{ data: "smooth.output", across: null, index: null },
  });
});

it("has every control for scripts in reach at once", async () => {
  await opened(new Server());
  const ids = "input open preview data output run stop progress status engine workers results smooth.sigma";
  for (const id of ids.split(" ")) expect(screen.getAllByTestId(`app-${id}`)).toHaveLength(1);
});

it("shows a form of each step with its help, and follows a parameter in the preview", async () => {
  const server = new Server();
  await opened(server);
  screen.getByRole("heading", { name: "smooth" });
  screen.getByText("Blur it.");
  fireEvent.change(byId("app-smooth.sigma"), { target: { value: "2.5" } });
  await waitFor(() => expect(server.channel.given("workflow.preview").at(-1)?.["parameters"]).toMatchObject({ "smooth.sigma": 2.5 }));
});

it("folds a long form of a step until one of its fields is set or refused", async () => {
  const server = new Server();
  server.sections = sections.map((one) => (one.name === "load" ? { ...one, fields: [...one.fields, ...many] } : one));
  await opened(server);
  const fold = screen.getByText("7 parameters").closest("details");
  expect(fold?.open).toBe(false);
  fireEvent.change(byId("app-load.p3"), { target: { value: "5" } });
  await waitFor(() => expect(fold?.open).toBe(true));
});

it("looks at another place, another dimension and another data object", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.change(screen.getByLabelText("frame", { selector: "[type=number]" }), { target: { value: "6" } });
  await screen.findByText("smooth.output at 6");
  fireEvent.change(screen.getByLabelText(/Across/), { target: { value: "row" } });
  await waitFor(() => expect(server.channel.given("workflow.preview").at(-1)).toMatchObject({ across: "row", index: null }));
  fireEvent.change(byId("app-data"), { target: { value: "count.output" } });
  await waitFor(() => expect(byId("app-value").textContent).toBe("33.4"));
});

it("says why a data object cannot be shown", async () => {
  await opened(new Server());
  fireEvent.change(byId("app-data"), { target: { value: "load.data" } });
  await screen.findByText("load: the file is gone");
});

it("says what is wrong beside the field, and of a step that refuses as a whole above its form", async () => {
  const server = new Server();
  server.wrong = { "smooth.sigma": "sigma=99 is refused", load: "the frames are too small" };
  await opened(server);
  await screen.findByText("sigma=99 is refused");
  expect(byId("app-smooth.sigma").getAttribute("aria-invalid")).toBe("true");
  await screen.findByText("the frames are too small");
});

it("runs with the parameters of the forms, and follows the run", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.change(byId("app-smooth.sigma"), { target: { value: "3" } });
  fireEvent.click(byId("app-run"));
  await waitFor(() => expect(byId("app-status").dataset["state"]).toBe("running"));
  expect(server.channel.given("workflow.start")).toEqual([
    {
      parameters: { "load.input": "/data/a.h5", "save.output": "/data/a_out.h5", "smooth.sigma": 3 },
      ...{ engine: "here", workers: 2, overwrite: false, resume: false },
    },
  ]);
  act(() => server.channel.emit("jobs", { jobs: [job({ id: 7, state: "done", seconds: 65 })] }));
  expect(byId("app-status").dataset).toMatchObject({ state: "done", output: "/data/a_out.h5" });
});

it("finds a run of its own that goes on, and none of another app", async () => {
  const server = new Server();
  server.jobs = [job({ id: 3, app: "ct", output: "/data/ct.h5" }), job()];
  show(server);
  await waitFor(() => expect(byId("app-status").dataset["state"]).toBe("running"));
  expect(byId("app-smooth.sigma").value).toBe("3");
  expect(byId("app-input").value).toBe("/data/a.h5");
});

it("exports the graph beside the output", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.click(screen.getByRole("button", { name: "Export" }));
  await screen.findByText("written: /data/a_out.json");
});

it("shows a result, goes back to the preview, and takes the parameters of the result", async () => {
  const server = new Server();
  server.results = [{ output: "/data/b_out.h5", run: "/data/b_out.h5.run", input: "/data/b.h5", shape: [4, 8, 8], parameters: { "smooth.sigma": 7 } }];
  await opened(server);
  fireEvent.click(screen.getByRole("button", { name: "Open", pressed: false }));
  await screen.findByText("/data/b_out.h5", { selector: "[data-shown]" });
  fireEvent.click(screen.getByRole("button", { name: "Back to the preview" }));
  await screen.findByText("smooth.output at 4");
  fireEvent.click(screen.getByRole("button", { name: "Take its parameters" }));
  await waitFor(() => expect(byId("app-input").value).toBe("/data/b.h5"));
  expect(byId("app-smooth.sigma").value).toBe("7");
  expect(byId("app-output").value).toBe("/data/b_out.h5");
});

it("remembers what was entered", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.change(byId("app-smooth.sigma"), { target: { value: "4" } });
  cleanup();
  show(server);
  await screen.findByText("smooth.output at 4");
  expect(byId("app-smooth.sigma").value).toBe("4");
});

it("speaks Chinese", async () => {
  await opened(new Server());
  fireEvent.change(screen.getByLabelText("Language"), { target: { value: "zh" } });
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("平滑");
  screen.getByRole("heading", { name: "输入" });
});

it("has no serious fault of accessibility", async () => {
  const { container } = await opened(new Server());
  expect(await seriousFaults(container)).toEqual([]);
});
