/** The steps from a scan to a volume, in order. */

export const STEPS = ["scan", "prepare", "center", "reconstruct", "run", "results"] as const;

export type StepName = (typeof STEPS)[number];
