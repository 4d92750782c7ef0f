// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { RequestError } from "../../src/channel";
import { FileBrowser } from "../../src/files/FileBrowser";
import { seriousFaults } from "../shared/axe";
import { FakeChannel, host } from "../shared/fake";

afterEach(cleanup);

const EVIL = "<img src=x onerror=alert(1)>.h5";

function entry(name: string, kind: "file" | "folder" | "zarr" = "file", readable = true) {
  return { name, path: `/home/u/${name}`, kind, size: kind === "file" ? 1500 : null, modified: 1_700_000_000, readable };
}

function open(more: Partial<Parameters<typeof FileBrowser>[0]> = {}) {
  const channel = new FakeChannel({
    "files.home": () => ({ places: [{ name: "home", path: "/home/u" }] }),
    "files.list": (params: { path: string }) => {
      if (params.path === "/root") throw new RequestError("you may not read /root", "choose another folder");
      return {
        path: params.path,
        parent: "/home",
        entries: [entry("scans", "folder"), entry(EVIL), entry("b.h5"), entry("secret.h5", "file", false)],
        more: false,
      };
    },
    "files.search": () => ({ entries: [entry("deep/tooth.h5")], more: true }),
    "files.recent": () => ({ entries: [entry("old.h5")], more: false }),
  });
  const onChoose = vi.fn();
  const onClose = vi.fn();
  const shown = render(
    <FileBrowser channel={channel} host={host} purpose="one" start="" onChoose={onChoose} onClose={onClose} {...more} />,
  );
  return { channel, onChoose, onClose, ...shown };
}

it("shows home first, and a name that looks like markup as text", async () => {
  const { channel, container } = open();
  await screen.findByText("b.h5");
  expect(channel.given("files.list")[0]).toMatchObject({ path: "/home/u", hidden: false });
  expect(screen.getByText(EVIL)).toBeTruthy();
  expect(container.querySelector("img")).toBeNull();
});

it("shows what is known of a scan before it is chosen", async () => {
  const describe = vi.fn(async () => [["shape", "181 × 2 × 640"]] as const);
  const { onChoose } = open({ describe });
  fireEvent.click(await screen.findByText("b.h5"));
  expect(await screen.findByText("181 × 2 × 640")).toBeTruthy();
  expect(screen.getByText("Download").getAttribute("href")).toBe("/download?path=%2Fhome%2Fu%2Fb.h5");
  fireEvent.click(screen.getByRole("button", { name: "Choose" }));
  expect(onChoose).toHaveBeenCalledWith(["/home/u/b.h5"]);
});

it("opens a folder with Enter", async () => {
  const { channel } = open();
  fireEvent.keyDown(await screen.findByText("scans"), { key: "Enter" });
  await waitFor(() => expect(channel.given("files.list").at(-1)).toMatchObject({ path: "/home/u/scans" }));
});

it("lets nobody choose what may not be read", async () => {
  open();
  expect((await screen.findByText("secret.h5")).closest("button")?.disabled).toBe(true);
});

it("searches below the folder that is shown", async () => {
  const { channel } = open();
  await screen.findByText("b.h5");
  const box = screen.getByLabelText("Search", { selector: "input" });
  fireEvent.change(box, { target: { value: "tooth" } });
  fireEvent.submit(box.closest("form") as HTMLFormElement);
  expect(await screen.findByText("/home/u/deep/tooth.h5")).toBeTruthy();
  expect(channel.given("files.search")).toEqual([{ path: "/home/u", text: "tooth" }]);
  expect(screen.getByText("Not all are shown; search for a part of the name")).toBeTruthy();
});

it("says why a folder does not open, and keeps the one that is shown", async () => {
  open();
  await screen.findByText("b.h5");
  const box = screen.getByLabelText("Folder", { selector: "input" });
  fireEvent.change(box, { target: { value: "/root" } });
  fireEvent.submit(box.closest("form") as HTMLFormElement);
  expect((await screen.findByRole("alert")).textContent).toContain("you may not read /root");
  expect(screen.getByText("b.h5")).toBeTruthy();
});

it("gives many scans at once", async () => {
  const { onChoose } = open({ purpose: "many" });
  fireEvent.click(await screen.findByLabelText("Mark b.h5"));
  fireEvent.click(screen.getByLabelText(`Mark ${EVIL}`));
  fireEvent.click(screen.getByRole("button", { name: "Choose" }));
  expect(onChoose).toHaveBeenCalledWith(["/home/u/b.h5", `/home/u/${EVIL}`]);
});

it("has no serious fault of accessibility", async () => {
  const { container } = open({ purpose: "many" });
  await screen.findByText("b.h5");
  expect(await seriousFaults(container)).toEqual([]);
});
