/** The one table of texts, made of the tables of its areas; English and Chinese. */

import { createContext, useCallback, useContext } from "react";
import { ctTexts } from "./ct/texts";
import { filesTexts } from "./files/texts";
import { formTexts } from "./form/texts";
import { jobsTexts } from "./jobs/texts";
import { resultsTexts } from "./results/texts";
import { runTexts } from "./run/texts";
import { sharedTexts } from "./shared/texts";
import { shellTexts } from "./shell/texts";
import { viewTexts } from "./view/texts";
import { viewerTexts } from "./viewer/texts";
import { workflowTexts } from "./workflow/texts";

export type Language = "en" | "zh";

export interface Text {
  readonly en: string;
  readonly zh: string;
}

export const texts = { ...ctTexts, ...filesTexts, ...formTexts, ...jobsTexts, ...resultsTexts, ...runTexts, ...sharedTexts, ...shellTexts, ...viewTexts, ...viewerTexts, ...workflowTexts } as const;

export type TextKey = keyof typeof texts;

export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

export const LanguageContext = createContext<Language>("en");

/** The text of a key, with `{name}` replaced by the value of that name. */
export function translate(language: Language, key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return texts[key][language].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

export function useText(): Translate {
  const language = useLanguage();
  return useCallback((key, values) => translate(language, key, values), [language]);
}
