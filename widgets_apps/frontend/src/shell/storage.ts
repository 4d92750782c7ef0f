/** What the browser keeps between visits; a browser that keeps nothing is no error.
 *
 * Users of one hub share an origin, so a key carries the path of the page, in which the user's name stands.
 */

export function read<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(full(key));
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(full(key), JSON.stringify(value));
  } catch {
    // Storage that is full or forbidden: the next visit starts afresh.
  }
}

function full(key: string): string {
  return `daisy:${location.pathname}:${key}`;
}
