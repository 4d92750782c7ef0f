// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Lost, RequestError } from "../../src/channel";
import { Compare } from "../../src/viewer/Compare";
import { Link } from "../../src/viewer/link";
import { SliceViewer, type ViewerChange, type ViewerOptions } from "../../src/viewer/SliceViewer";
import { VolumeView } from "../../src/viewer/VolumeView";
import { seriousFaults } from "../shared/axe";
import { FakeViewer, source } from "./fake";

const context = {
  clearRect: vi.fn(),
  drawImage: vi.fn(),
  putImageData: vi.fn(),
  createImageData: (width: number, height: number) => ({ data: new Uint8ClampedArray(4 * width * height) }),
};

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(((kind: string) => (kind === "2d" ? context : null)) as never);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(100);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(80);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const canvas = (): HTMLElement => screen.getByTestId("viewer-canvas");
const painted = (index: number) => waitFor(() => expect(canvas().dataset["painted"]).toBe(String(index)));
const last = (channel: FakeViewer, method: string): Record<string, unknown> => channel.given(method).at(-1) ?? {};

async function shown(options: ViewerOptions = {}, channel = new FakeViewer(), onChange?: (change: ViewerChange) => void) {
  render(<SliceViewer channel={channel} source={source()} options={options} {...(onChange ? { onChange } : {})} />);
  await painted(options.index ?? 10);
  return channel;
}

it("shows the middle slice at the pixels of the screen, windowed by percentiles", async () => {
  const channel = await shown();
  expect(last(channel, "viewer.range")).toMatchObject({ axis: 0, index: 10, percentiles: [0.5, 99.5] });
  expect(channel.given("viewer.slice")[0]).toMatchObject({ source: "1", axis: 0, index: 10, region: [0, 40, 0, 50], size: [40, 50], low: 0, high: 10 });
});

it.each([
  ["ArrowRight", 11],
  ["ArrowUp", 11],
  ["ArrowLeft", 9],
  ["ArrowDown", 9],
  ["PageUp", 19],
  ["PageDown", 0],
  ["Home", 0],
  ["End", 19],
])("shows with the key %s the slice %i", async (key, index) => {
  await shown();
  fireEvent.keyDown(canvas(), { key });
  await painted(index);
  expect(screen.getByRole<HTMLInputElement>("slider", { name: "Slice along z" }).value).toBe(String(index));
});

it("has the next slices before they are wanted", async () => {
  const channel = await shown();
  fireEvent.keyDown(canvas(), { key: "ArrowRight" });
  await painted(11);
  await waitFor(() => expect(channel.given("viewer.slice").map(({ index }) => Number(index))).toEqual(expect.arrayContaining([12, 13, 14])));
  const before = channel.given("viewer.slice").length;
  fireEvent.keyDown(canvas(), { key: "ArrowRight" });
  await painted(12);
  expect(channel.given("viewer.slice").slice(before).map(({ index }) => Number(index))).not.toContain(12);
});

it("shows the other planes by the names of their dims", async () => {
  const channel = await shown();
  fireEvent.click(screen.getByRole("button", { name: "x" }));
  await waitFor(() => expect(canvas().dataset["axis"]).toBe("2"));
  expect(last(channel, "viewer.slice")).toMatchObject({ axis: 2, region: [0, 20, 0, 40] });
});

it("takes the index from its entry and refuses what is none", async () => {
  await shown();
  const entry = screen.getByRole<HTMLInputElement>("textbox", { name: "Slice along z" });
  fireEvent.change(entry, { target: { value: "3" } });
  fireEvent.keyDown(entry, { key: "Enter" });
  await painted(3);
  fireEvent.change(entry, { target: { value: "many" } });
  fireEvent.blur(entry);
  expect(entry.value).toBe("3");
});

it("takes a window by values, by percentiles and by a drag", async () => {
  const channel = await shown();
  const low = screen.getByLabelText(/Lowest value shown/);
  fireEvent.change(low, { target: { value: "4" } });
  fireEvent.blur(low);
  await waitFor(() => expect(last(channel, "viewer.slice")).toMatchObject({ low: 4, high: 10 }));
  fireEvent.change(screen.getByLabelText("Percentiles [%]"), { target: { value: "2" } });
  await waitFor(() => expect(last(channel, "viewer.range")).toMatchObject({ percentiles: [2, 98] }));
  fireEvent.pointerDown(canvas(), { button: 2, clientX: 10, clientY: 10, pointerId: 1 });
  fireEvent.pointerMove(canvas(), { clientX: 10, clientY: 110, pointerId: 1 });
  await waitFor(() => expect(last(channel, "viewer.slice")).toMatchObject({ low: 5, high: 15 }));
});

it("says beside own percentiles which ones can be given", async () => {
  const channel = await shown();
  fireEvent.change(screen.getByLabelText("Percentiles [%]"), { target: { value: "own" } });
  const entry = screen.getByLabelText("Upper percentile [%]");
  fireEvent.change(entry, { target: { value: "120" } });
  fireEvent.blur(entry);
  expect(screen.getByRole("alert").textContent).toBe("Two rising numbers from 0 to 100");
  expect(last(channel, "viewer.range")).toMatchObject({ percentiles: [0.5, 99.5] });
});

it("takes the percentiles of each slice while it is not locked", async () => {
  const channel = await shown();
  fireEvent.click(screen.getByRole("button", { name: "Lock" }));
  fireEvent.keyDown(canvas(), { key: "ArrowRight" });
  await waitFor(() => expect(last(channel, "viewer.range")).toMatchObject({ index: 11 }));
});

it("tells the true value under the pointer, and where it is", async () => {
  await shown();
  fireEvent.pointerMove(canvas(), { clientX: 50, clientY: 40, pointerId: 1 });
  await waitFor(() => expect(screen.getByTestId("viewer-readout").textContent).toBe("y 20 (2 mm), x 25 (2.5 mm): 2025 1/m"));
});

it("draws the values along a line, physical where the dims are", async () => {
  const channel = await shown();
  fireEvent.click(screen.getByRole("button", { name: "Profile" }));
  expect(await screen.findByRole("img", { name: "Values along the line, from 1 to 3" })).toBeTruthy();
  expect(last(channel, "viewer.profile")).toMatchObject({ axis: 0, index: 10, start: [19.5, 12], end: [19.5, 37] });
  expect(screen.getByTestId("viewer-profile").textContent).toContain("2.5 mm");
});

it("measures the region that is drawn", async () => {
  const channel = await shown();
  fireEvent.click(screen.getByRole("button", { name: "Region" }));
  fireEvent.pointerDown(canvas(), { button: 0, clientX: 20, clientY: 20, pointerId: 1 });
  fireEvent.pointerMove(canvas(), { clientX: 60, clientY: 60, pointerId: 1 });
  await waitFor(() => expect(last(channel, "viewer.statistics")).toMatchObject({ region: [10, 30, 10, 30] }));
  await waitFor(() => expect(screen.getByTestId("viewer-region").textContent).toContain("standard deviation0.5 1/m"));
});

it("zooms into the part under the pointer and asks for it alone", async () => {
  const channel = await shown();
  // the wheel event of happy-dom has no place
  fireEvent(canvas(), Object.assign(new MouseEvent("wheel", { clientX: 0, clientY: 0 }), { deltaY: -1000, deltaMode: 0 }));
  await waitFor(() => expect(last(channel, "viewer.slice")["region"]).not.toEqual([0, 40, 0, 50]));
  expect(last(channel, "viewer.slice")).toMatchObject({ region: [0, 9, 0, 12], size: [9, 12] });
  fireEvent.click(screen.getByRole("button", { name: "The whole slice (0)" }));
  fireEvent.keyDown(canvas(), { key: "ArrowRight" });
  await waitFor(() => expect(last(channel, "viewer.slice")["region"]).toEqual([0, 40, 0, 50]));
});

it("asks for the PNG as it is shown", async () => {
  const channel = await shown({ colormap: "magma" });
  fireEvent.click(screen.getByRole("button", { name: "Save PNG" }));
  expect(last(channel, "viewer.png")).toEqual({ source: "1", axis: 0, index: 10, low: 0, high: 10, colormap: "magma" });
});

it("says what went wrong and what to do", async () => {
  const channel = await shown();
  channel.answers["viewer.slice"] = () => {
    throw new RequestError("scan.h5 is gone", "open it again");
  };
  fireEvent.keyDown(canvas(), { key: "End" });
  expect((await screen.findByRole("alert")).textContent).toContain("scan.h5 is gone");
});

it("asks again when the way to the server is open again", async () => {
  const channel = await shown();
  channel.answers["viewer.slice"] = () => {
    throw new Lost();
  };
  fireEvent.keyDown(canvas(), { key: "End" });
  await waitFor(() => expect(last(channel, "viewer.slice")).toMatchObject({ index: 19 }));
  delete channel.answers["viewer.slice"];
  act(() => channel.change("open"));
  await painted(19);
  expect(screen.queryByRole("alert")).toBeNull();
});

it("keeps the place and a chosen window when contents are replaced", async () => {
  const channel = new FakeViewer();
  const { rerender } = render(<SliceViewer channel={channel} source={source()} options={{ window: [0, 1] }} />);
  await painted(10);
  fireEvent.keyDown(canvas(), { key: "ArrowRight" });
  await painted(11);
  rerender(<SliceViewer channel={channel} source={source()} options={{ window: [0, 2] }} />);
  await waitFor(() => expect(last(channel, "viewer.slice")).toMatchObject({ index: 11, low: 0, high: 2 }));
  fireEvent.pointerDown(canvas(), { button: 2, clientX: 0, clientY: 0, pointerId: 1 });
  fireEvent.pointerMove(canvas(), { clientX: 0, clientY: 200, pointerId: 1 });
  rerender(<SliceViewer channel={channel} source={source()} options={{ window: [0, 3] }} />);
  await waitFor(() => expect(last(channel, "viewer.slice")).toMatchObject({ index: 11, low: 2, high: 4 }));
});

it("tells where it came to rest", async () => {
  const told: ViewerChange[] = [];
  await shown({}, new FakeViewer(), (change) => told.push(change));
  fireEvent.keyDown(canvas(), { key: "ArrowRight" });
  fireEvent.keyDown(canvas(), { key: "ArrowRight" });
  await waitFor(() => expect(told.at(-1)).toMatchObject({ axis: 0, index: 12, window: [0, 10], region: null }));
});

it("moves linked views together", async () => {
  const channel = new FakeViewer();
  const link = new Link();
  render(
    <>
      <SliceViewer channel={channel} source={source()} link={link} />
      <SliceViewer channel={channel} source={source({ source: "2", name: "other" })} link={link} />
    </>,
  );
  const [one, other] = screen.getAllByTestId("viewer-canvas") as [HTMLElement, HTMLElement];
  await waitFor(() => expect(other.dataset["painted"]).toBe("10"));
  fireEvent.keyDown(one, { key: "End" });
  await waitFor(() => expect(other.dataset["painted"]).toBe("19"));
});

it("compares two volumes by swiping, side by side, and by their difference", async () => {
  const channel = new FakeViewer();
  const { container } = render(<Compare channel={channel} first={source()} second={source({ source: "2", name: "other" })} />);
  await waitFor(() => expect(container.querySelectorAll("canvas[data-painted='10']")).toHaveLength(2));
  fireEvent.change(screen.getByRole("slider", { name: /Line between/ }), { target: { value: "30" } });
  expect(container.querySelector<HTMLElement>(".daisy-layer")?.style.clipPath).toBe("inset(0 0 0 30%)");
  fireEvent.click(screen.getByRole("button", { name: "Side by side" }));
  await waitFor(() => expect(screen.getAllByTestId("viewer-canvas")).toHaveLength(2));
  fireEvent.click(screen.getByRole("button", { name: "Difference" }));
  await screen.findByRole("group", { name: "Viewer of difference" });
  fireEvent.click(screen.getByRole("button", { name: "Swipe" }));
  await waitFor(() => expect(last(channel, "viewer.close")).toEqual({ source: "1-2" }));
});

it("says that a browser without WebGL cannot show 3-D", () => {
  render(<VolumeView channel={new FakeViewer()} source={source()} load={() => Promise.reject(new Error("not loaded"))} />);
  expect(screen.getByRole("alert").textContent).toContain("WebGL 2 is missing");
});

it("has no serious fault of accessibility with all that can be shown", async () => {
  await shown();
  fireEvent.click(screen.getByRole("button", { name: "Profile" }));
  fireEvent.click(screen.getByRole("button", { name: "Region" }));
  fireEvent.click(screen.getByRole("button", { name: "Histogram" }));
  await screen.findByTestId("viewer-histogram");
  expect(await seriousFaults(document.body)).toEqual([]);
});
