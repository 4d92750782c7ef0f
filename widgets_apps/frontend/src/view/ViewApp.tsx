/** The page that shows one array of any file, or two beside each other. */

import { type ReactElement, useState } from "react";
import { InputEntry } from "../files/InputEntry";
import { Volumes } from "../results/Volumes";
import type { AppProps } from "../root";
import "../shared/app.css";
import { Guard } from "../shell/Guard";
import { Shell } from "../shell/Shell";
import { useText } from "../texts";

export function ViewApp({ channel, host, initial, about }: AppProps): ReactElement {
  const t = useText();
  const [first, setFirst] = useState(initial.input ?? "");
  const [second, setSecond] = useState("");
  const paths = [first, second].filter((path) => path !== "");
  const entry = { channel, host, isOpening: false, error: undefined };
  return (
    <Shell channel={channel} host={host} title={about.title}>
      <div className="daisy-work">
        <div className="daisy-side">
          <section className="daisy-column daisy-scan-entry">
            <InputEntry
              {...entry}
              label={t("view.first")}
              help={t("view.first.help")}
              path={first}
              opened={first || null}
              onOpen={setFirst}
              prefix="view"
            />
            <InputEntry
              {...entry}
              label={t("view.second")}
              help={t("view.second.help")}
              path={second}
              opened={second || null}
              onOpen={setSecond}
              prefix="view-second"
            />
          </section>
        </div>
        <Guard>
          <main className="daisy-main">
            {first === "" ? <p>{t("view.nothing")}</p> : <Volumes key={paths.join("\n")} channel={channel} host={host} paths={paths} />}
          </main>
        </Guard>
      </div>
    </Shell>
  );
}
