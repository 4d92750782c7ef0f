import { expect, it, vi } from "vitest";
import { RequestError } from "../../src/channel";
import { type Question, type Tile, Tiles } from "../../src/viewer/tiles";
import { FakeViewer } from "./fake";

const first: Question = { source: "1", version: 0, axis: 0, index: 0, region: [0, 4, 0, 4], size: [4, 4], window: [0, 1] };
const at = (index: number): Question => ({ ...first, index });

function begin(channel: FakeViewer) {
  const shown: number[] = [];
  const problems: string[] = [];
  const onTile = (_: Question, tile: Tile): void => void shown.push(tile.index);
  return { tiles: new Tiles(channel, "main", onTile, (problem) => problems.push(problem.message)), shown, problems };
}

const indexes = (channel: FakeViewer): number[] => channel.given("viewer.slice").map(({ index }) => Number(index));

it("asks for one slice at a time and then for the newest alone", async () => {
  const channel = new FakeViewer();
  channel.isHeld = true;
  const { tiles, shown } = begin(channel);
  for (const index of [0, 1, 2, 3]) tiles.want(at(index));
  expect(indexes(channel)).toEqual([0]);
  channel.release();
  await vi.waitFor(() => expect(indexes(channel)).toEqual([0, 3]));
  channel.release();
  await vi.waitFor(() => expect(shown).toEqual([0, 3]));
});

it("does not ask again for a slice that is on its way or kept", async () => {
  const channel = new FakeViewer();
  channel.isHeld = true;
  const { tiles, shown } = begin(channel);
  tiles.ahead([at(1)]);
  tiles.want(at(1));
  channel.release();
  await vi.waitFor(() => expect(shown).toEqual([1]));
  tiles.want(at(1));
  expect(indexes(channel)).toEqual([1]);
  expect(tiles.get(at(1))?.index).toBe(1);
});

it("asks at once for a wanted slice while one ahead is on its way, in a lane of its own", () => {
  const channel = new FakeViewer();
  channel.isHeld = true;
  const { tiles } = begin(channel);
  tiles.ahead([at(1), at(2)]);
  tiles.want(at(7));
  expect(channel.asked.map(({ params, lane }) => [params["index"], lane])).toEqual([
    [1, "ahead:main"],
    [7, "shown:main"],
  ]);
});

it("tells why a wanted slice cannot be had and does not ask for it again", async () => {
  const channel = new FakeViewer({
    "viewer.slice": () => {
      throw new RequestError("scan.h5 is gone", "open it again");
    },
  });
  const { tiles, problems } = begin(channel);
  tiles.want(at(0));
  await vi.waitFor(() => expect(problems).toEqual(["scan.h5 is gone"]));
  tiles.ahead([]);
  expect(indexes(channel)).toEqual([0]);
});
