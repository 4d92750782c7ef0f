// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ViewerChange } from "../../src/viewer/SliceViewer";
import { Server } from "./server";
import { byId, lastGiven, opened } from "./showing";

interface Shown {
  readonly source: { readonly name: string };
  readonly onChange?: (change: ViewerChange) => void;
}

const shown = new Map<string, Shown>();

// The viewers have tests of their own; here they say what they were given.
vi.mock("../../src/viewer/SliceViewer", () => ({
  SliceViewer: (props: Shown) => {
    shown.set(props.source.name, props);
    return <div data-shown={props.source.name} />;
  },
}));
vi.mock("../../src/viewer/Compare", () => ({
  Compare: ({ first, second }: { first: { name: string }; second: { name: string } }) => <p>{`${first.name} against ${second.name}`}</p>,
}));

beforeEach(() => {
  localStorage.clear();
  shown.clear();
});
afterEach(cleanup);

function drawn(region: ViewerChange["region"]): ViewerChange {
  return { axis: 0, index: 0, window: null, region, line: null };
}

function result(output: string, more: object = {}) {
  return { output, run: `${output}.run`, input: "/data/other.h5", shape: [4, 64, 64], parameters: { center: 20 }, warnings: [], ...more };
}

it("takes a region that was drawn in a projection as the background", async () => {
  const server = new Server();
  await opened(server);
  await waitFor(() => expect(shown.has("projections")).toBe(true));
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Take the drawn region as background" });
  expect(button.disabled).toBe(true);
  act(() => shown.get("projections")?.onChange?.(drawn([0, 2, 5, 9])));
  fireEvent.click(button);
  await waitFor(() => expect(lastGiven(server, "ct.preview")).toMatchObject({ background: [0, 2, 5, 9] }));
});

it("takes no region of a plane that is no projection", async () => {
  await opened(new Server());
  await waitFor(() => expect(shown.has("projections")).toBe(true));
  act(() => shown.get("projections")?.onChange?.({ ...drawn([0, 2, 5, 9]), axis: 1 }));
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Take the drawn region as background" }).disabled).toBe(true);
});

it("shows a stage before and after its preparation", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.change(screen.getByLabelText("zingers"), { target: { value: "5" } });
  fireEvent.focus(screen.getByLabelText("zingers"));
  const stages = () => server.channel.given("ct.preview").filter((params) => params["stage"] === "prepared");
  await waitFor(() => expect(stages().at(-1)?.["parameters"]).toMatchObject({ zingers: 5 }));
  fireEvent.click(screen.getByRole("button", { name: "Before" }));
  await waitFor(() => expect(stages().at(-1)?.["parameters"]).not.toHaveProperty("zingers"));
});

it("shows flats when they are asked for", async () => {
  await opened(new Server());
  fireEvent.click(await screen.findByRole("button", { name: "Flats" }));
  expect(shown.has("flats")).toBe(true);
  expect(screen.queryByRole("button", { name: "Darks" })).toBeNull();
});

it("saves parameters as a preset and takes them back", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.change(byId<HTMLSelectElement>("ct-algorithm"), { target: { value: "fbp" } });
  fireEvent.change(screen.getByLabelText("Preset"), { target: { value: "bone" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("bone: saved");
  expect(server.presets.get("bone")).toMatchObject({ algorithm: "fbp" });
  server.presets.set("bone", { center: 30 });
  fireEvent.click(screen.getByRole("button", { name: "Load" }));
  await waitFor(() => expect(byId("ct-center").value).toBe("30"));
  expect(byId<HTMLSelectElement>("ct-algorithm").value).toBe("grid");
  expect(byId("ct-output").value).toBe("/data/scan_rec.h5");
});

it("exports beside the output unless another path is given", async () => {
  const server = new Server();
  await opened(server);
  fireEvent.click(screen.getByRole("button", { name: "Export" }));
  await screen.findByText("written: /data/scan_rec.ipynb");
  expect(server.channel.given("ct.export")[0]).toMatchObject({ kind: "notebook" });
});

it("runs the same again with other scans, and says what is wrong with each", async () => {
  const server = new Server();
  server.files = ["a.h5", "wrong.h5"];
  await opened(server);
  fireEvent.click(screen.getByRole("button", { name: "Choose scans" }));
  fireEvent.click(await screen.findByLabelText("Mark a.h5"));
  fireEvent.click(screen.getByLabelText("Mark wrong.h5"));
  fireEvent.click(screen.getByRole("button", { name: "Choose" }));
  fireEvent.click(screen.getByRole("button", { name: "Run all" }));
  await screen.findByText("/data/wrong.h5: it holds no projections");
  expect(server.channel.given("ct.batch")[0]).toMatchObject({ inputs: ["/data/a.h5", "/data/wrong.h5"], folder: "/data" });
});

it("opens a result, compares it with another, and says where it comes from", async () => {
  const server = new Server();
  server.results = [result("/data/one.h5"), result("/data/two.h5")];
  await opened(server);
  const [one, two] = await waitFor(() => {
    const rows = within(byId("ct-results")).getAllByRole("listitem");
    expect(rows).toHaveLength(2);
    return rows as [HTMLElement, HTMLElement];
  });
  fireEvent.focus(within(one).getByRole("button", { name: "Open" }));
  fireEvent.click(within(one).getByRole("button", { name: "Open" }));
  await waitFor(() => expect(shown.has("/data/one.h5")).toBe(true));
  fireEvent.click(within(two).getByRole("button", { name: "Compare" }));
  await screen.findByText("/data/one.h5 against /data/two.h5");
  expect(within(one).getByText("Download").getAttribute("href")).toContain("one.h5");
});

it("takes the parameters of a result, with its scan", async () => {
  const server = new Server();
  server.results = [result("/data/one.h5")];
  await opened(server);
  fireEvent.click(await screen.findByRole("button", { name: "Take its parameters" }));
  await waitFor(() => expect(byId("ct-input").value).toBe("/data/other.h5"));
  await waitFor(() => expect(byId("ct-center").value).toBe("20"));
});

it("shows what a result was warned of as a note, not as an error", async () => {
  const server = new Server();
  server.results = [result("/data/noted.h5", { warnings: ["2 dead pixels"] })];
  await opened(server);
  expect((await screen.findByText("2 dead pixels")).getAttribute("role")).toBe("note");
  expect(screen.queryByRole("alert")).toBeNull();
});
