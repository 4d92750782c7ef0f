/** The frame of every app: name, language, colours, and the state of the connection. */

import type { ReactElement, ReactNode } from "react";
import type { Channel, WireState } from "../channel";
import type { Host } from "../host";
import { usePreferences } from "../preferences";
import { type Language, useText } from "../texts";
import { useWireState } from "./connection";
import "./shell.css";

interface Props {
  readonly channel: Channel;
  readonly host: Host;
  readonly title: { readonly en: string; readonly zh?: string };
  readonly children: ReactNode;
}

export function Shell({ channel, host, title, children }: Props): ReactElement {
  const state = useWireState(channel);
  const { language } = usePreferences();
  return (
    <div className="daisy-shell" data-host={host.kind} data-wire={state} data-lm-suppress-shortcuts="true">
      <Header title={title[language] ?? title.en} state={state} host={host} />
      <Banner state={state} host={host} />
      {children}
    </div>
  );
}

function Header({ title, state, host }: { title: string; state: WireState; host: Host }): ReactElement {
  const t = useText();
  const product = t("shell.product");
  return (
    <header className="daisy-header">
      {host.homeUrl === null ? (
        <span className="daisy-product">{product}</span>
      ) : (
        <a className="daisy-product" href={host.homeUrl} title={t("shell.home")}>
          {product}
        </a>
      )}
      <h1>{title}</h1>
      <span className="daisy-wire" data-state={state} title={t("shell.connection")}>
        {t(state === "open" || state === "opening" ? `shell.${state}` : "shell.lost")}
      </span>
      <Choices />
    </header>
  );
}

function Choices(): ReactElement {
  const t = useText();
  const { language, theme, setLanguage, setTheme } = usePreferences();
  return (
    <>
      <label title={t("shell.language.help")}>
        <span className="daisy-hidden">{t("shell.language")}</span>
        <select value={language} onChange={(event) => setLanguage(event.target.value as Language)}>
          <option value="en">EN</option>
          <option value="zh">中文</option>
        </select>
      </label>
      <label title={t("shell.dark.help")}>
        <input
          type="checkbox"
          checked={theme === "dark"}
          onChange={(event) => setTheme(event.target.checked ? "dark" : "light")}
        />
        {t("shell.dark")}
      </label>
    </>
  );
}

function Banner({ state, host }: { state: WireState; host: Host }): ReactElement | null {
  const t = useText();
  if (state !== "lost" && state !== "ended") return null;
  return (
    <div className="daisy-banner" role="alert">
      <span>{t(`shell.${state}`)}</span>
      {state === "ended" && host.startUrl !== null && <a href={host.startUrl}>{t("shell.start")}</a>}
    </div>
  );
}
