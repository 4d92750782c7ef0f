/** Values and functions that stay the same while they mean the same. */

import { useCallback, useEffect, useRef, useState } from "react";
import { same, type Value } from "../form/model";

/** The same object while it says the same. */
export function useStable<T>(value: T): T {
  const [kept, keep] = useState(value);
  const isSame = same(kept as Value, value as Value);
  if (!isSame) keep(value);
  return isSame ? kept : value;
}

/** A function that never changes and does what the newest one does. */
export function useEvent<Arguments extends unknown[], Result>(
  handler: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  const newest = useRef(handler);
  useEffect(() => {
    newest.current = handler;
  });
  return useCallback((...given: Arguments) => newest.current(...given), []);
}
