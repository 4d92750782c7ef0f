/** A link that downloads a file as it is, or a folder as a zip. */

import { type ReactElement, useEffect, useState } from "react";
import type { Channel } from "../channel";
import type { Host } from "../host";
import { useText } from "../texts";

interface Props {
  readonly channel: Channel;
  readonly host: Host;
  readonly path: string;
}

export function DownloadLink({ channel, host, path }: Props): ReactElement {
  const t = useText();
  const own = ownUrl(host, path);
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    if (own !== null) return;
    channel.request<{ url: string | null }>("files.download", { path }).then(
      ({ result }) => setAsked(result.url),
      () => setAsked(null),
    );
  }, [channel, own, path]);
  const url = own ?? asked;
  if (url === null) return <span className="daisy-muted">{t("files.download.none")}</span>;
  return (
    <a href={url} download title={t("files.download.help")}>
      {t("files.download")}
    </a>
  );
}

/** What the page knows by itself: nothing in a notebook, and nothing for a name that is no Unicode. */
function ownUrl(host: Host, path: string): string | null {
  return /\p{Surrogate}/u.test(path) ? null : host.downloadUrl(path);
}
