/** Introduces page and app to each other, and shows the component of the app. */

import { useEffect, useState, type ComponentType } from "react";
import { Lost, RequestError, type Channel } from "./channel";
import { CtApp } from "./ct/CtApp";
import type { Host, Initial } from "./host";
import { PreferencesProvider } from "./preferences";
import { useSentence } from "./sentences";
import { useText } from "./texts";
import { ViewApp } from "./view/ViewApp";
import { WorkflowApp } from "./workflow/WorkflowApp";
import "./theme.css";

/** What an app says of itself; `session` changes where all that was open is gone. */
export interface About {
  readonly session: string;
  readonly name: string;
  readonly title: { readonly en: string; readonly zh?: string };
  readonly component: string;
  /** Under which name the jobs of the app are found again, where that is not its own. */
  readonly jobs?: string;
}

export interface AppProps {
  readonly channel: Channel;
  readonly host: Host;
  readonly initial: Initial;
  readonly about: About;
}

const components: Readonly<Record<string, ComponentType<AppProps>>> = { ct: CtApp, view: ViewApp, workflow: WorkflowApp };

export function Root({ channel, host, initial }: Omit<AppProps, "about">) {
  return (
    <PreferencesProvider>
      <Introduced channel={channel} host={host} initial={initial} />
    </PreferencesProvider>
  );
}

function Introduced(props: Omit<AppProps, "about">) {
  const { channel } = props;
  const t = useText();
  const say = useSentence();
  const [about, setAbout] = useState<About | null>(null);
  const [error, setError] = useState<RequestError | null>(null);

  useEffect(() => {
    const ask = async (): Promise<void> => {
      try {
        setAbout((await channel.request<About>("app.hello")).result);
        setError(null);
      } catch (failure) {
        if (failure instanceof RequestError) setError(failure);
        else if (!(failure instanceof Lost)) throw failure;
      }
    };
    if (channel.state === "open") void ask();
    return channel.onState((state) => void (state === "open" && ask()));
  }, [channel]);

  if (error !== null) return <p role="alert">{say(`${error.message}: ${error.remedy}`)}</p>;
  if (about === null) return <p role="status">{t("shell.opening")}</p>;
  const Component = components[about.component];
  if (Component === undefined) return <p role="alert">{t("shell.unknownComponent", { name: about.component })}</p>;
  return <Component key={about.session} {...props} about={about} />;
}
