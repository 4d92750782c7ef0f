/** The parameters of some groups of the workflow, made from its declaration. */

import type { ReactElement } from "react";
import { PathForm } from "../files/PathForm";
import { useFieldWords } from "./parameters";
import { useCt } from "./state";

const TEST_IDS = { center: "ct-center", algorithm: "ct-algorithm", output: "ct-output" };

export function Groups({ names, omit = [] }: { names: readonly string[]; omit?: readonly string[] }): ReactElement {
  const { channel, host, form, values, errors, set } = useCt();
  const words = useFieldWords();
  return (
    <PathForm
      channel={channel}
      host={host}
      form={form}
      values={values}
      errors={errors}
      onChange={set}
      groups={names}
      omit={omit}
      words={words}
      testIds={TEST_IDS}
    />
  );
}
