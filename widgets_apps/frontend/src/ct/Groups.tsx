/** The parameters of some groups of the workflow, made from its declaration. */

import { type ReactElement, useState } from "react";
import { FileBrowser } from "../files/FileBrowser";
import { folderOf, nameOf } from "../files/format";
import { Form } from "../form/Form";
import { useFieldWords } from "./parameters";
import { useCt } from "./state";

const TEST_IDS = { center: "ct-center", algorithm: "ct-algorithm", output: "ct-output" };

export function Groups({ names, omit = [] }: { names: readonly string[]; omit?: readonly string[] }): ReactElement {
  const { channel, host, form, values, errors, set } = useCt();
  const words = useFieldWords();
  const [browsed, setBrowsed] = useState<string | null>(null);
  const path = String(values[browsed ?? ""] ?? "");
  return (
    <>
      <Form
        form={form}
        values={values}
        errors={errors}
        onChange={set}
        groups={names}
        omit={omit}
        words={words}
        testIds={TEST_IDS}
        onBrowse={(field) => setBrowsed(field.name)}
      />
      {browsed !== null && (
        <FileBrowser
          channel={channel}
          host={host}
          purpose={browsed === "output" ? "folder" : "one"}
          start={folderOf(path)}
          onChoose={([chosen]) => {
            // A folder is chosen for an output, whose name stays.
            if (chosen !== undefined) set(browsed, browsed === "output" ? `${chosen}/${nameOf(path)}` : chosen);
            setBrowsed(null);
          }}
          onClose={() => setBrowsed(null)}
        />
      )}
    </>
  );
}
