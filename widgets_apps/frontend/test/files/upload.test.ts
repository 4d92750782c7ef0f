import { expect, it } from "vitest";
import { Lost, RequestError } from "../../src/channel";
import { fingerprint, upload } from "../../src/files/upload";
import { FakeChannel } from "../shared/fake";

const MB = 1_000_000;

/** A server that keeps the bytes of one upload. */
class Store {
  kept = new Uint8Array();
  failures: Error[] = [];

  channel(): FakeChannel {
    return new FakeChannel({
      "files.upload_begin": () => ({ upload: "u1", offset: this.kept.length }),
      "files.upload_chunk": (params: { offset: number }, options) => {
        const failure = this.failures.shift();
        if (failure !== undefined) throw failure;
        if (params.offset !== this.kept.length) throw new RequestError(`offset ${params.offset} is wrong`, "");
        const chunk = new Uint8Array(options.buffers?.[0] as ArrayBuffer);
        const both = new Uint8Array(this.kept.length + chunk.length);
        both.set(this.kept);
        both.set(chunk, this.kept.length);
        this.kept = both;
        return { offset: this.kept.length };
      },
      "files.upload_end": () => ({ path: "/home/u/scan.h5" }),
    });
  }
}

function file(size: number): File {
  const bytes = Uint8Array.from({ length: size }, (_, index) => index % 251);
  return new File([bytes], "scan.h5", { lastModified: 1000 });
}

async function bytesOf(one: File): Promise<Uint8Array> {
  return new Uint8Array(await one.arrayBuffer());
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

it("sends a file in chunks of four megabytes", async () => {
  const store = new Store();
  const channel = store.channel();
  const sent: number[] = [];
  const one = file(9 * MB);
  expect(await upload(channel, "/home/u", one, { onProgress: (bytes) => sent.push(bytes) })).toBe("/home/u/scan.h5");
  expect(channel.given("files.upload_chunk").map((params) => params["offset"])).toEqual([0, 4 * MB, 8 * MB]);
  expect(sent).toEqual([0, 4 * MB, 8 * MB, 9 * MB]);
  expect(isSame(store.kept, await bytesOf(one))).toBe(true);
});

it("goes on at the offset that the server has", async () => {
  const store = new Store();
  const one = file(6 * MB);
  store.kept = (await bytesOf(one)).slice(0, 5 * MB);
  const channel = store.channel();
  await upload(channel, "/home/u", one);
  expect(channel.given("files.upload_chunk").map((params) => params["offset"])).toEqual([5 * MB]);
  expect(isSame(store.kept, await bytesOf(one))).toBe(true);
});

it("goes on by itself when the connection is back", async () => {
  const store = new Store();
  store.failures = [new Lost()];
  const channel = store.channel();
  channel.state = "lost";
  const done = upload(channel, "/home/u", file(MB));
  await new Promise((resolve) => setTimeout(resolve));
  expect(store.kept.length).toBe(0);
  channel.change("open");
  await done;
  expect(store.kept.length).toBe(MB);
});

it("ends with the server's words where it is refused", async () => {
  const store = new Store();
  store.failures = [new RequestError("the disk is full", "make room")];
  await expect(upload(store.channel(), "/home/u", file(MB))).rejects.toThrow("the disk is full");
});

it("stops when it is told to", async () => {
  const store = new Store();
  const control = new AbortController();
  const sending = upload(store.channel(), "/home/u", file(9 * MB), {
    signal: control.signal,
    onProgress: (bytes) => void (bytes === 4 * MB && control.abort()),
  });
  await expect(sending).rejects.toThrow(/abort/i);
  expect(store.kept.length).toBe(4 * MB);
});

it("tells files of one name apart", () => {
  const one = { name: "a.h5", size: 10, lastModified: 1 };
  expect(fingerprint(one)).toBe(fingerprint({ ...one }));
  expect(fingerprint(one)).not.toBe(fingerprint({ ...one, lastModified: 2 }));
  expect(fingerprint(one)).toMatch(/^[0-9a-f]{16}$/);
});
