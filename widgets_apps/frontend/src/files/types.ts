/** What the server says of files. */

export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly kind: "folder" | "file" | "zarr";
  readonly size: number | null;
  /** Seconds since 1970. */
  readonly modified: number | null;
  readonly readable: boolean;
}

export interface Listing {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly Entry[];
  readonly more: boolean;
}

export interface Found {
  readonly entries: readonly Entry[];
  readonly more: boolean;
}

export interface Place {
  readonly name: string;
  readonly path: string;
}
