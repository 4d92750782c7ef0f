/**
 * Chinese for sentences of the kernel, which speaks English: warnings, refusals, what to do about them.
 *
 * The tables hold what the programs say, with {0}, {1} ... in the place of values, which may be sentences again but hold
 * no colon with a space. What is not in them stays as it is. A test finds sentences of the programs that have no line here.
 */

import { useCallback } from "react";
import apps from "./sentences/apps.json";
import computing from "./sentences/computing.json";
import files from "./sentences/files.json";
import runs from "./sentences/runs.json";
import scan from "./sentences/scan.json";
import values from "./sentences/values.json";
import { type Language, useLanguage } from "./texts";

const HOLE = /\{\d+\}/g;
const LONGEST = 4000; // characters; what is longer is no sentence
const KEPT = 500;

interface Pattern {
  readonly form: RegExp;
  readonly holes: readonly string[];
  readonly chinese: string;
}

const exact = new Map<string, string>();
const patterns: Pattern[] = [];
const known = new Map<string, string>();

function prepare(): void {
  const all = Object.entries({ ...apps, ...computing, ...files, ...runs, ...scan, ...values });
  const wordy = (text: string): number => text.replace(HOLE, "").length;
  // What says more comes first: a form of few words fits many sentences.
  for (const [english, chinese] of all.sort(([one], [other]) => wordy(other) - wordy(one))) {
    const holes = english.match(HOLE) ?? [];
    if (holes.length === 0) exact.set(english, chinese);
    else patterns.push({ form: formOf(english), holes, chinese });
  }
}

/** A colon with a space in a value would be the end of a sentence, unless it stands in brackets. */
function formOf(english: string): RegExp {
  const parts = english.split(HOLE).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const form = parts.reduce((before, part) => before + (before.endsWith("(") && part.startsWith("\\)") ? "([^]*?)" : "((?:(?!: )[^])*?)") + part);
  return new RegExp(`^${form}$`);
}

/** A sentence in a language; parts of it that are not known stay in English. */
export function sentence(language: Language, text: string): string {
  if (language === "en" || text.length > LONGEST) return text;
  if (exact.size === 0) prepare();
  const before = known.get(text);
  if (before !== undefined) return before;
  const found = inChinese(text) ?? text;
  if (known.size >= KEPT) known.clear();
  known.set(text, found);
  return found;
}

export function useSentence(): (text: string) => string {
  const language = useLanguage();
  return useCallback((text) => sentence(language, text), [language]);
}

function inChinese(text: string): string | null {
  return whole(text) ?? inParts(text);
}

function whole(text: string): string | null {
  const found = exact.get(text);
  if (found !== undefined) return found;
  for (const { form, holes, chinese } of patterns) {
    const match = form.exec(text);
    if (match === null) continue;
    const given = new Map(holes.map((hole, at) => [hole, match[at + 1] ?? ""]));
    return chinese.replace(HOLE, (hole) => {
      const value = given.get(hole) ?? hole;
      return whole(value) ?? value;
    });
  }
  return null;
}

/** A sentence after a colon, or before one: the name of a step, a remedy, a count. */
function inParts(text: string): string | null {
  for (let at = text.lastIndexOf(": "); at > 0; at = text.lastIndexOf(": ", at - 1)) {
    const before = text.slice(0, at);
    if (before.lastIndexOf("(") > before.lastIndexOf(")")) continue;
    const first = whole(before);
    if (first !== null) return `${first}：${inChinese(text.slice(at + 2)) ?? text.slice(at + 2)}`;
  }
  for (let at = text.indexOf(": "); at >= 0; at = text.indexOf(": ", at + 2)) {
    const rest = whole(text.slice(at + 2));
    if (rest !== null) return `${text.slice(0, at)}：${rest}`;
  }
  return null;
}
