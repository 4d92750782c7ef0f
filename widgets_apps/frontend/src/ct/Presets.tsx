/** Presets: parameters that are saved under a name, or in a file that is shared. */

import { type ReactElement, useEffect, useId, useState } from "react";
import type { Values } from "../form/model";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { useActing } from "../shared/acting";
import { LineEntry } from "../shared/Entries";
import { READING, useCt } from "./state";

export function Presets(): ReactElement {
  const { channel, parameters, merge, form } = useCt();
  const t = useText();
  const list = useId();
  const [name, setName] = useState("");
  const [names, setNames] = useState<readonly string[]>([]);
  const acting = useActing();
  // A path holds a slash; a name does not.
  const where = name.includes("/") ? { path: name } : { name };

  useEffect(() => {
    channel.request<{ presets: readonly (string | { name: string })[] }>("ct.presets").then(
      ({ result }) => setNames(result.presets.map((one) => (typeof one === "string" ? one : one.name))),
      () => undefined, // a name or path can still be typed
    );
  }, [channel, acting.note]);

  async function save(): Promise<string> {
    await channel.request("ct.preset_save", { ...where, parameters });
    return `${name}: ${t("ct.preset.saved")}`;
  }
  async function load(): Promise<string> {
    const { result } = await channel.request<{ parameters: Values }>("ct.preset_load", where);
    const defaults = form.fields.filter((field) => field.group !== READING && !field.role);
    merge({ ...Object.fromEntries(defaults.map((field) => [field.name, field.default ?? null])), ...result.parameters });
    return name;
  }
  async function remove(): Promise<string> {
    await channel.request("ct.preset_remove", { name });
    setName("");
    return `− ${name}`;
  }
  const actions = [
    ["load", load, false],
    ["save", save, false],
    ["remove", remove, name.includes("/")],
  ] as const;
  return (
    <>
      <LineEntry label={t("ct.preset")} help={t("ct.preset.help")} value={name} onChange={setName} list={list} />
      <datalist id={list}>
        {names.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <div className="daisy-buttons">
        {actions.map(([key, action, isOff]) => (
          <button
            key={key}
            type="button"
            title={t(`ct.preset.${key}.help`)}
            disabled={name === "" || isOff || acting.isBusy}
            onClick={() => acting.act(action)}
          >
            {t(`ct.preset.${key}`)}
          </button>
        ))}
        <span role="status">{acting.note}</span>
      </div>
      <ProblemNote problem={acting.problem} />
    </>
  );
}
