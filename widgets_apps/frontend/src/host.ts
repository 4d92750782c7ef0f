/** Where an app is shown, and what that place can do. */

export type VolumeModule = typeof import("./volume");

export interface Host {
  readonly kind: "page" | "notebook";
  /** Where a server that was stopped is started again; null where nobody can. */
  readonly startUrl: string | null;
  /** The way back to JupyterLab; null where there is none. */
  readonly homeUrl: string | null;
  /** The address of a download; null where there is none, in a notebook. */
  downloadUrl(path: string): string | null;
  /** The 3-D rendering, loaded when it is first needed. */
  loadVolume(): Promise<VolumeModule>;
}

/** What the app begins with, from the address or from Python. */
export interface Initial {
  readonly input?: string;
}
