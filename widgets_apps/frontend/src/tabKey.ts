/** The key of a tab's session. */

const NAME = "daisy-session";

/** What is used of the window. */
export interface TabWindow {
  readonly sessionStorage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  addEventListener(type: "pagehide" | "pageshow", listener: () => void): void;
}

/** One key a tab, so that a page that is loaded again finds what it had open.
 *
 * A tab that is duplicated begins with a copy of what is kept, so nothing is kept while the page is shown:
 * two pages with one key would show each other's slices.
 */
export function tabKey(tab: TabWindow): string {
  const key = tab.sessionStorage.getItem(NAME) ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
  const take = (): void => tab.sessionStorage.removeItem(NAME);
  take();
  tab.addEventListener("pagehide", () => tab.sessionStorage.setItem(NAME, key));
  tab.addEventListener("pageshow", take); // a page that comes back by the browser's back button, as it was
  return key;
}
