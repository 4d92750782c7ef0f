/** Shows the CT app on a fake server. */

import { render, screen } from "@testing-library/react";
import { CtApp } from "../../src/ct/CtApp";
import type { Initial } from "../../src/host";
import { PreferencesProvider } from "../../src/preferences";
import { host } from "../shared/fake";
import type { Server } from "./server";

const about = { session: "1", name: "ct", title: { en: "Tomography", zh: "断层成像" }, component: "ct" };

export function show(server: Server, initial: Initial = {}) {
  return render(
    <PreferencesProvider>
      <CtApp channel={server.channel} host={host} initial={initial} about={about} />
    </PreferencesProvider>,
  );
}

export async function opened(server: Server, path = "/data/scan.h5") {
  const shown = show(server, { input: path });
  await screen.findByText("NXtomo");
  return shown;
}

export function byId<T extends HTMLElement = HTMLInputElement>(id: string): T {
  return screen.getByTestId<T>(id);
}

/** The parameters of the newest request of a method. */
export function lastGiven(server: Server, method: string): Record<string, unknown> {
  return server.channel.given(method).at(-1)?.["parameters"] as Record<string, unknown>;
}
