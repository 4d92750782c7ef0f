/** Views that move together: a change in one is made in the others. */

import type { View } from "./geometry";
import type { Window } from "./types";

export interface Change {
  readonly at?: { readonly axis: number; readonly index: number };
  /** null: the whole slice. */
  readonly view?: View | null;
  readonly window?: Window;
}

export class Link {
  #latest: Change = {};
  readonly #members = new Set<(change: Change) => void>();

  /** What the others look at; a view that joins begins there. */
  get latest(): Change {
    return this.#latest;
  }

  /** Returns how to leave. */
  join(member: (change: Change) => void): () => void {
    this.#members.add(member);
    return () => this.#members.delete(member);
  }

  tell(from: (change: Change) => void, change: Change): void {
    this.#latest = { ...this.#latest, ...change };
    for (const member of this.#members) if (member !== from) member(change);
  }
}
