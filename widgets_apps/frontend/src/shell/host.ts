/** What the page or the widget that holds an app gives it. */

import type { Channel } from "../channel";

export interface Host {
  /** Where a server that was stopped is started again; absent in a notebook. */
  readonly startUrl?: string | null;
  /** The way back to the server's own page. */
  readonly homeUrl?: string | null;
}

/** What every app is given. */
export interface AppProps {
  readonly channel: Channel;
  readonly initial?: Readonly<Record<string, string>>;
  readonly host?: Host;
}
