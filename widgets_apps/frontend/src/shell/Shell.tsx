/** The frame of every app: name, language, colours, and the state of the connection. */

import type { ReactElement, ReactNode } from "react";
import type { Channel, WireState } from "../channel";
import { type Language, LanguageContext, useText } from "../texts";
import { useWireState } from "./connection";
import type { Host } from "./host";
import { type Preferences, usePreferences } from "./preferences";

interface Props {
  readonly channel: Channel;
  readonly host: Host;
  readonly title: Readonly<Record<Language, string>>;
  readonly children: ReactNode;
}

export function Shell({ channel, host, title, children }: Props): ReactElement {
  const [preferences, change] = usePreferences();
  const state = useWireState(channel);
  const { language, theme } = preferences;
  return (
    <LanguageContext value={language}>
      <div
        className="daisy-app"
        data-theme={theme}
        data-wire={state}
        lang={language === "zh" ? "zh-CN" : "en"}
        data-lm-suppress-shortcuts="true"
      >
        <Header title={title[language]} state={state} host={host} preferences={preferences} onChange={change} />
        <Banner state={state} host={host} />
        {children}
      </div>
    </LanguageContext>
  );
}

interface HeaderProps {
  readonly title: string;
  readonly state: WireState;
  readonly host: Host;
  readonly preferences: Preferences;
  readonly onChange: (change: Partial<Preferences>) => void;
}

function Header({ title, state, host, preferences, onChange }: HeaderProps): ReactElement {
  const t = useText();
  const product = t("shell.product");
  return (
    <header className="daisy-header">
      {host.homeUrl ? (
        <a href={host.homeUrl} title={t("shell.home")}>
          {product}
        </a>
      ) : (
        <span className="daisy-product">{product}</span>
      )}
      <h1>{title}</h1>
      <span className="daisy-wire" data-state={state} title={t("shell.connection")}>
        {t(state === "open" || state === "opening" ? `shell.${state}` : "shell.lost")}
      </span>
      <label title={t("shell.language.help")}>
        <span className="daisy-hidden">{t("shell.language")}</span>
        <select value={preferences.language} onChange={(event) => onChange({ language: event.target.value as Language })}>
          <option value="en">EN</option>
          <option value="zh">中文</option>
        </select>
      </label>
      <label title={t("shell.dark.help")}>
        <input
          type="checkbox"
          checked={preferences.theme === "dark"}
          onChange={(event) => onChange({ theme: event.target.checked ? "dark" : "light" })}
        />
        {t("shell.dark")}
      </label>
    </header>
  );
}

function Banner({ state, host }: { state: WireState; host: Host }): ReactElement | null {
  const t = useText();
  if (state !== "lost" && state !== "ended") return null;
  return (
    <div className="daisy-banner" role="alert">
      <span>{t(`shell.${state}`)}</span>
      {state === "ended" && host.startUrl && <a href={host.startUrl}>{t("shell.start")}</a>}
    </div>
  );
}
