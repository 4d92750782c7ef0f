/** The state of the CT app: the scan that is open, its parameters, and what the server says of them. */

import { createContext, type Dispatch, type SetStateAction, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { Channel } from "../channel";
import { changes, complete, defaultOf, type FormModel, same, type Value, type Values, valueOf } from "../form/model";
import type { Host } from "../host";
import { useAttachment } from "../shell/connection";
import { type Problem, problemOf } from "../shell/problem";
import { type Latest, useLatest, useSettled } from "../shared/latest";
import { useEvent, useStable } from "../shared/stable";
import { parametersOf, remember } from "./memory";
import { lengthOf } from "./scan";
import type { Place } from "../run/places";
import type { Check } from "../run/running";
import type { Scan } from "./types";

/** The group of the parameters that say how a scan is read. */
export const READING = "Scan";
const CHECK_AFTER = 250;

export interface Ct {
  readonly channel: Channel;
  readonly host: Host;
  readonly form: FormModel;
  readonly scan: Scan | null;
  /** Path of the scan that is open, or that was tried last. */
  readonly path: string;
  readonly isOpening: boolean;
  /** Why the last scan did not open. */
  readonly problem: Problem | null;
  readonly values: Values;
  /** What differs from the defaults: what is sent. */
  readonly parameters: Values;
  readonly errors: Readonly<Record<string, string>>;
  readonly check: Latest<Check>;
  readonly view: View;
  /** Changes when the way to the server is back: questions are asked again. */
  readonly attachment: number;
  open(path: string, given?: Values): Promise<void>;
  set(name: string, value: Value): void;
  merge(values: Values): void;
  look(view: Partial<View>): void;
  refuse(fields: Readonly<Record<string, string>>): void;
}

/** What the previews look at. */
export interface View {
  readonly row: number;
  readonly second: number;
  readonly angle: number;
  /** A region drawn in the projection: first row, end row, first column, end column. */
  readonly region: readonly [number, number, number, number] | null;
  /** Paths of the volumes that are open: one, or two to compare. */
  readonly volumes: readonly string[];
}

const NO_ERRORS: Readonly<Record<string, string>> = {};
const FIRST_VIEW: View = { row: 0, second: 0, angle: 0, region: null, volumes: [] };

export const CtContext = createContext<Ct | null>(null);

export function useCt(): Ct {
  const found = useContext(CtContext);
  if (found === null) throw new Error("useCt needs a CtContext above");
  return found;
}

/** `engine`: where a run would be computed. */
export function useCtState(channel: Channel, host: Host, form: FormModel, engine: Place): Ct {
  const [values, setValues] = useState<Values>(() => complete(form, {}));
  const [refused, refuse] = useState(NO_ERRORS);
  const [view, setView] = useState(FIRST_VIEW);
  const { scan, path, isOpening, problem, open } = useOpen(channel, form, values, setValues, setView);
  const parameters = useStable(useMemo(() => changes(form, values), [form, values]));
  const attachment = useAttachment(channel);
  const check = useCheck(channel, scan, parameters, engine, attachment);
  useEffect(() => {
    if (scan !== null) remember(scan.path, parameters);
    refuse(NO_ERRORS);
  }, [scan, parameters]);
  const errors = useMemo(
    () => ({ ...problem?.fields, ...check.value?.fields, ...refused }),
    [problem, check.value, refused],
  );
  const merge = useCallback((given: Values) => setValues((old) => ({ ...old, ...given })), []);
  const set = useCallback((name: string, value: Value) => merge({ [name]: value }), [merge]);
  const look = useCallback((part: Partial<View>) => setView((old) => ({ ...old, ...part })), []);
  return useMemo(
    () => ({ channel, host, form, scan, path, isOpening, problem, values, parameters, errors, check, view, attachment, open, set, merge, look, refuse }),
    [channel, host, form, scan, path, isOpening, problem, values, parameters, errors, check, view, attachment, open, set, merge, look],
  );
}

function useOpen(
  channel: Channel,
  form: FormModel,
  values: Values,
  setValues: Dispatch<SetStateAction<Values>>,
  setView: (view: View) => void,
) {
  const [scan, setScan] = useState<Scan | null>(null);
  const [isOpening, setOpening] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tried, setTried] = useState<string | null>(null);
  const newest = useRef(0);

  async function open(path: string, given?: Values): Promise<void> {
    const number = (newest.current += 1);
    const begun = given !== undefined ? complete(form, given) : beginning(form, values, tried, path);
    setOpening(true);
    setTried(path);
    setValues(begun);
    if (path !== scan?.path) setScan(null);
    try {
      const { result } = await channel.request<Scan>("ct.open", { path, options: reading(form, begun) }, { lane: "open" });
      if (number !== newest.current) return;
      setScan(result);
      setTried(result.path);
      setProblem(null);
      // What was entered while the scan opened stays.
      setValues((old) => withScan(form, old, result));
      if (path !== scan?.path) setView(viewOf(result));
    } catch (error) {
      if (number !== newest.current) return;
      setScan(null);
      setProblem(problemOf(error));
    } finally {
      if (number === newest.current) setOpening(false);
    }
  }
  return { scan, path: tried ?? "", isOpening, problem, open: useEvent(open) };
}

/** The groups whose values suit one scan as well as another. */
const GENERAL = ["Preparation", "Reconstruction"];
/** They name places in one scan. */
const OF_ONE_SCAN = ["background"];

/** What a scan is opened with: as it was left, else what was entered so far, of another scan what is general. */
export function beginning(form: FormModel, values: Values, tried: string | null, path: string): Values {
  const left = parametersOf(path);
  if (tried === path) return values;
  if (left !== null) return complete(form, { ...(tried === null ? changes(form, values) : {}), ...left });
  if (tried === null) return values;
  const kept = form.fields.filter((field) => GENERAL.includes(field.group ?? "") && !OF_ONE_SCAN.includes(field.name));
  return complete(form, Object.fromEntries(kept.map((field) => [field.name, valueOf(field, values)])));
}

/** What the scan says of itself takes the place of defaults. */
function withScan(form: FormModel, values: Values, scan: Scan): Values {
  const own = form.fields.filter(
    (field) => scan.values[field.name] !== undefined && same(valueOf(field, values), defaultOf(field)),
  );
  const given = Object.fromEntries(own.map((field) => [field.name, scan.values[field.name] ?? null]));
  return { ...values, ...given, input: scan.path, output: values["output"] ?? scan.output };
}

/** The values of the fields that say how a scan is read. */
function reading(form: FormModel, values: Values): Values {
  const names = form.fields.filter((field) => field.group === READING && !field.role).map((field) => field.name);
  return Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

function viewOf(scan: Scan): View {
  const rows = lengthOf(scan.sources.projections, "row");
  const middle = Math.floor(rows / 2);
  return { ...FIRST_VIEW, row: middle, second: Math.min(rows - 1, Math.floor(rows / 4)) };
}

function useCheck(channel: Channel, scan: Scan | null, parameters: Values, engine: Place, attachment: number): Latest<Check> {
  const settled = useSettled(parameters, CHECK_AFTER);
  const ask = useCallback(
    async () => (await channel.request<Check>("ct.check", { parameters: settled, engine }, { lane: "check" })).result,
    [channel, settled, engine, attachment],
  );
  return useLatest(scan === null || settled["input"] !== scan.path ? null : ask);
}
