/** An app in a notebook: what anywidget loads. */

import { createRoot } from "react-dom/client";
import { channelOver, type Channel } from "./channel";
import { commWire, type WidgetModel } from "./comm";
import type { Host, Initial, VolumeModule } from "./host";
import { Root } from "./root";

function notebookHost(channel: Channel): Host {
  return {
    kind: "notebook",
    startUrl: null,
    homeUrl: null,
    downloadUrl: () => null,
    async loadVolume() {
      const { buffers } = await channel.request("app.asset", { name: "volume.js" });
      const address = URL.createObjectURL(new Blob(buffers as BlobPart[], { type: "text/javascript" }));
      try {
        return (await import(address)) as VolumeModule;
      } finally {
        URL.revokeObjectURL(address);
      }
    },
  };
}

function render({ model, el }: { readonly model: WidgetModel; readonly el: HTMLElement }): () => void {
  const channel = channelOver(commWire(model));
  const root = createRoot(el);
  el.classList.add("daisy-in-notebook");
  root.render(<Root channel={channel} host={notebookHost(channel)} initial={model.get("initial") as Initial} />);
  return () => root.unmount();
}

export default { render };
