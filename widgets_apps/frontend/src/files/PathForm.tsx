/** A form whose paths are chosen among the files too. */

import { type ReactElement, useState } from "react";
import type { Channel } from "../channel";
import { Form, type FormProps } from "../form/Form";
import type { Field } from "../form/model";
import type { Host } from "../host";
import { FileBrowser } from "./FileBrowser";
import { folderOf, nameOf } from "./format";

interface Props extends Omit<FormProps, "onBrowse"> {
  readonly channel: Channel;
  readonly host: Host;
}

export function PathForm({ channel, host, ...props }: Props): ReactElement {
  const { values, onChange } = props;
  const [browsed, setBrowsed] = useState<Field | null>(null);
  const path = String(values[browsed?.name ?? ""] ?? "");
  const isOutput = browsed?.role === "output";
  return (
    <>
      <Form {...props} onBrowse={setBrowsed} />
      {browsed !== null && (
        <FileBrowser
          channel={channel}
          host={host}
          purpose={isOutput ? "folder" : "one"}
          start={folderOf(path)}
          onChoose={([chosen]) => {
            // A folder is chosen for an output, whose name stays.
            if (chosen !== undefined) onChange(browsed.name, isOutput ? `${chosen}/${nameOf(path)}` : chosen);
            setBrowsed(null);
          }}
          onClose={() => setBrowsed(null)}
        />
      )}
    </>
  );
}
