/** The full page of an app. */

import { createRoot } from "react-dom/client";
import { channelOver } from "./channel";
import type { Host, Initial, VolumeModule } from "./host";
import "./page.css";
import { Root } from "./root";
import { socketWire } from "./socket";
import { tabKey } from "./tabKey";

interface Config {
  readonly app: string;
  readonly startUrl: string | null;
  readonly homeUrl: string | null;
}

const element = document.getElementById("daisy") as HTMLElement;
const config = JSON.parse(element.dataset["config"] ?? "{}") as Config;
const folder = new URL("./", location.href);

/** A hub answers 424 (or 503) for the pages of a server that was stopped, to where it redirects. */
async function wasStopped(): Promise<boolean> {
  const answer = await fetch(location.href, { cache: "no-store" });
  return answer.status === 424 || answer.status === 503;
}

function socketUrl(): string {
  const url = new URL(`${config.app}/socket`, folder);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("session", tabKey(window));
  return url.href;
}

const host: Host = {
  kind: "page",
  startUrl: config.startUrl,
  homeUrl: config.homeUrl,
  downloadUrl: (path) => `${new URL("download", folder).href}?path=${encodeURIComponent(path)}`,
  loadVolume: () => import(new URL(`static/volume.js${new URL(import.meta.url).search}`, folder).href) as Promise<VolumeModule>,
};

const input = new URLSearchParams(location.search).get("input");
const initial: Initial = input === null ? {} : { input };

createRoot(element).render(<Root channel={channelOver(socketWire(socketUrl(), { wasStopped }))} host={host} initial={initial} />);
