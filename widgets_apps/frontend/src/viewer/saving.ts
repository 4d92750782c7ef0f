/** Saves the slice that is shown as a picture. */

import { problemOf } from "../shell/problem";
import type { Engine } from "./engine";

/** At full resolution, with window and colours as shown; what goes wrong is shown by the view. */
export async function savePng(engine: Engine): Promise<void> {
  const { source, axis, index, window, colormap } = engine.state;
  if (window === null) return;
  const [low, high] = window;
  try {
    const asked = { source: source.source, axis, index, low, high, colormap };
    const { buffers } = await engine.channel.request("viewer.png", asked);
    const slice = source.shape.length < 3 ? "" : `_${source.dims[axis] ?? ""}${index}`;
    download(new Blob(buffers as BlobPart[], { type: "image/png" }), `${source.name.replace(/\.[^.]*$/, "")}${slice}.png`);
  } catch (error) {
    engine.store.set({ problem: problemOf(error) });
  }
}

function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
