/** Whether the window has room for a picture or a row of controls more. */

import { useSyncExternalStore } from "react";

const WIDE = "(min-width: 1920px)";

export function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(WIDE);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => window.matchMedia(WIDE).matches,
  );
}
