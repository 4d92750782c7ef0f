/** Keeps what was used last, up to a number of bytes. */

export class Cache<T> {
  #bytes = 0;
  readonly #kept = new Map<string, { readonly value: T; readonly bytes: number }>();

  constructor(readonly most: number) {}

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.value;
  }

  has(key: string): boolean {
    return this.#kept.has(key);
  }

  /** What was used the longest time ago makes room; the newest stays even if it alone is too large. */
  put(key: string, value: T, bytes: number): void {
    this.#drop(key);
    this.#kept.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const old of this.#kept.keys()) {
      if (this.#bytes <= this.most || old === key) break;
      this.#drop(old);
    }
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
