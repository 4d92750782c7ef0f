/** Language and colours that a user chose, kept by the browser. */

import { useCallback, useState } from "react";
import type { Language } from "../texts";
import { read, write } from "./storage";

export type Theme = "light" | "dark";

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
}

const KEY = "preferences";

export function usePreferences(): [Preferences, (change: Partial<Preferences>) => void] {
  const [preferences, set] = useState(chosen);
  const change = useCallback(
    (part: Partial<Preferences>) =>
      set((old) => {
        const next = { ...old, ...part };
        write(KEY, next);
        return next;
      }),
    [],
  );
  return [preferences, change];
}

function chosen(): Preferences {
  const kept = read<Partial<Preferences>>(KEY) ?? {};
  return {
    language: kept.language === "en" || kept.language === "zh" ? kept.language : ofBrowser(),
    theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : ofSystem(),
  };
}

function ofBrowser(): Language {
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function ofSystem(): Theme {
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
