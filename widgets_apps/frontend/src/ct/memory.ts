/** What the browser remembers of the scans of this user: the last one, and the parameters of each. */

import type { Values } from "../form/model";
import { read, write } from "../shell/storage";

interface Memory {
  readonly last: string | null;
  /** The newest last. */
  readonly scans: readonly { readonly path: string; readonly values: Values }[];
}

const KEY = "ct";
const KEPT = 30;

export function lastScan(): string | null {
  return memory().last;
}

export function parametersOf(path: string): Values | null {
  return memory().scans.find((scan) => scan.path === path)?.values ?? null;
}

export function remember(path: string, values: Values): void {
  const others = memory().scans.filter((scan) => scan.path !== path);
  write(KEY, { last: path, scans: [...others, { path, values }].slice(-KEPT) } satisfies Memory);
}

function memory(): Memory {
  const kept = read<Memory>(KEY);
  return Array.isArray(kept?.scans) ? kept : { last: null, scans: [] };
}
