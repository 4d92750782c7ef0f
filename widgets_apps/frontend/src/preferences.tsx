/** Language and theme: kept by the browser, given to everything below. */

import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { LanguageContext, type Language } from "./texts";

export type Theme = "light" | "dark";

interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
}

const KEY = "daisy-preferences";

const PreferencesContext = createContext<Preferences | null>(null);

export function usePreferences(): Preferences {
  const found = useContext(PreferencesContext);
  if (found === null) throw new Error("usePreferences needs a PreferencesProvider above");
  return found;
}

/** What was chosen before, else what browser and system say. */
export function initialPreferences(kept: string | null, languages: readonly string[], dark: boolean): { language: Language; theme: Theme } {
  let chosen: { language?: unknown; theme?: unknown } = {};
  try {
    chosen = (JSON.parse(kept ?? "{}") as typeof chosen | null) ?? {};
  } catch {
    chosen = {};
  }
  const language = chosen.language === "en" || chosen.language === "zh" ? chosen.language : languages[0]?.startsWith("zh") ? "zh" : "en";
  const theme = chosen.theme === "light" || chosen.theme === "dark" ? chosen.theme : dark ? "dark" : "light";
  return { language, theme };
}

export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [chosen, setChosen] = useState(() =>
    initialPreferences(stored(), navigator.languages, window.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false),
  );
  useEffect(() => {
    try {
      localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // a browser that keeps nothing asks the system again next time
    }
  }, [chosen]);
  const value = useMemo<Preferences>(
    () => ({
      ...chosen,
      setLanguage: (language) => setChosen((now) => ({ ...now, language })),
      setTheme: (theme) => setChosen((now) => ({ ...now, theme })),
    }),
    [chosen],
  );
  return (
    <PreferencesContext value={value}>
      <LanguageContext value={chosen.language}>
        <div className="daisy-app" data-theme={chosen.theme} lang={chosen.language === "zh" ? "zh-CN" : "en"}>
          {children}
        </div>
      </LanguageContext>
    </PreferencesContext>
  );
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
