/** A value that components watch in part; a component is drawn again when its part changes. */

import { useSyncExternalStore } from "react";

export class Store<T extends object> {
  readonly #watchers = new Set<() => void>();

  constructor(private state: T) {}

  get(): T {
    return this.state;
  }

  set(change: Partial<T>): void {
    this.state = { ...this.state, ...change };
    this.#watchers.forEach((watcher) => watcher());
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };
}

/** The part that `select` takes; it must give the same object while nothing changed. */
export function useStore<T extends object, Part>(store: Store<T>, select: (state: T) => Part): Part {
  return useSyncExternalStore(store.watch, () => select(store.get()));
}
