/** The state of a workflow's page: its parameters, and what the server says of them. */

import { useCallback, useEffect, useMemo, useState } from "react";
import type { Channel } from "../channel";
import { changes, type Value, type Values } from "../form/model";
import type { Place } from "../run/places";
import type { Check } from "../run/running";
import { type Latest, useLatest, useSettled } from "../shared/latest";
import { useEvent, useStable } from "../shared/stable";
import { useAttachment } from "../shell/connection";
import { type Problem, problemOf } from "../shell/problem";
import { read, write } from "../shell/storage";
import type { Description } from "./types";

const CHECK_AFTER = 250;

export interface Workflow {
  readonly description: Description | null;
  /** Why there is no description. */
  readonly problem: Problem | null;
  readonly values: Values;
  /** What differs from the defaults: what is sent. */
  readonly parameters: Values;
  readonly input: string;
  readonly output: string;
  /** Whether there is an input, where one is needed. */
  readonly isReady: boolean;
  readonly isOpening: boolean;
  readonly check: Latest<Check>;
  readonly errors: Readonly<Record<string, string>>;
  /** Changes when the way to the server is back: questions are asked again. */
  readonly attachment: number;
  set(name: string, value: Value): void;
  open(path: string, given?: Values): Promise<void>;
  /** Takes the place of all that was entered. */
  take(values: Values): void;
  refuse(fields: Readonly<Record<string, string>>): void;
}

const NO_ERRORS: Readonly<Record<string, string>> = {};

/** `name` is the app's, under which the browser keeps what was entered last; `engine`: where a run would be computed. */
export function useWorkflow(channel: Channel, name: string, engine: Place): Workflow {
  const [values, setValues] = useState<Values>(() => read<Values>(keyOf(name)) ?? {});
  const [refused, refuse] = useState(NO_ERRORS);
  const attachment = useAttachment(channel);
  const { description, problem, parameters } = useDescription(channel, values, attachment);
  const input = textOf(values, description?.input);
  const isReady = description !== null && (description.input === null || input !== "");
  const opening = useOpening(channel, description, values, setValues);
  const check = useCheck(channel, isReady, parameters, engine, attachment);
  useEffect(() => {
    if (description !== null) write(keyOf(name), values);
    refuse(NO_ERRORS);
  }, [name, description, values]);
  const errors = useMemo(
    () => ({ ...opening.problem?.fields, ...check.value?.fields, ...refused }),
    [opening.problem, check.value, refused],
  );
  const set = useCallback((field: string, value: Value) => setValues((old) => ({ ...old, [field]: value })), []);
  return {
    ...{ description, problem: problem ?? opening.problem, values, parameters, input, isReady, check, errors, attachment, set, refuse, take: setValues },
    output: textOf(values, description?.output),
    isOpening: opening.isOpening,
    open: opening.open,
  };
}

function keyOf(name: string): string {
  return `app ${name}`;
}

function textOf(values: Values, field: string | null | undefined): string {
  return field ? String(values[field] ?? "") : "";
}

/** Forms depend on values, and which values are sent depends on the forms: only fields that are there count. */
function useDescription(channel: Channel, values: Values, attachment: number) {
  const [known, setKnown] = useState<Description | null>(null);
  const given = known === null ? {} : changes({ fields: known.sections.flatMap((section) => section.fields) }, values);
  const parameters = useStable(given);
  const ask = useCallback(
    async () => (await channel.request<Description>("workflow.describe", { parameters }, { lane: "describe" })).result,
    [channel, parameters, attachment],
  );
  const { value, problem } = useLatest(ask);
  const description = useStable(value);
  useEffect(() => setKnown(description), [description]);
  return { description: known, problem, parameters };
}

function useOpening(
  channel: Channel,
  description: Description | null,
  values: Values,
  setValues: (change: (old: Values) => Values) => void,
) {
  const [isOpening, setOpening] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  /** A result has a place of its own for each input; the other parameters stay, or are those that are given. */
  async function open(path: string, given?: Values): Promise<void> {
    const { input = null, output = null } = description ?? {};
    if (input === null) return;
    setOpening(true);
    try {
      const { result } = await channel.request<{ path: string; output: string }>("workflow.open", { path });
      setProblem(null);
      const isSame = textOf(values, input) === result.path && textOf(values, output) !== "";
      const place = output === null || (given === undefined && isSame) ? {} : { [output]: result.output };
      setValues((old) => ({ ...(given ?? old), ...place, [input]: result.path }));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setOpening(false);
    }
  }
  return { isOpening, problem, open: useEvent(open) };
}

function useCheck(channel: Channel, isReady: boolean, parameters: Values, engine: Place, attachment: number): Latest<Check> {
  const settled = useSettled(parameters, CHECK_AFTER);
  const ask = useCallback(
    async () => (await channel.request<Check>("workflow.check", { parameters: settled, engine }, { lane: "check" })).result,
    [channel, settled, engine, attachment],
  );
  return useLatest(isReady && Object.keys(settled).length > 0 ? ask : null);
}
