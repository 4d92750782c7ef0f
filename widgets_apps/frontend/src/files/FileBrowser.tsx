/** Dialog in which a file, a folder or many files are chosen; the boundary is what the user may read. */

import { type ReactElement, useState } from "react";
import type { Channel } from "../channel";
import type { Host } from "../host";
import { Dialog } from "../shell/Dialog";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import { type Browsing, useBrowsing } from "./browsing";
import { Details, type Describe } from "./Details";
import { FileList } from "./FileList";
import "./files.css";
import type { Entry } from "./types";
import { Uploads } from "./Uploads";

interface Props {
  readonly channel: Channel;
  readonly host: Host;
  readonly purpose: "one" | "many" | "folder";
  /** The folder that is shown first; home where it is empty. */
  readonly start: string;
  readonly onChoose: (paths: readonly string[]) => void;
  readonly onClose: () => void;
  /** What is shown of a marked file before it is chosen. */
  readonly describe?: Describe;
}

export function FileBrowser(props: Props): ReactElement {
  const { channel, host, purpose, start, onChoose, onClose, describe } = props;
  const t = useText();
  const browsing = useBrowsing(channel, start);
  const [marked, setMarked] = useState<readonly Entry[]>([]);
  const paths = new Set(marked.map((entry) => entry.path));

  function mark(entry: Entry): void {
    if (purpose !== "many") setMarked([entry]);
    else setMarked(paths.has(entry.path) ? marked.filter((one) => one.path !== entry.path) : [...marked, entry]);
  }
  function open(entry: Entry): void {
    if (entry.kind === "folder") browsing.list(entry.path);
    else if (purpose !== "folder") onChoose(purpose === "many" ? [...paths.add(entry.path)] : [entry.path]);
  }
  const last = marked.at(-1);
  return (
    <Dialog
      title={t(purpose === "many" ? "files.choose.many" : "files.choose")}
      onClose={onClose}
      footer={<Footer purpose={purpose} marked={[...paths]} folder={browsing.folder} onChoose={onChoose} />}
    >
      <div className="daisy-browser">
        <Places browsing={browsing} />
        <div className="daisy-browser-main">
          <Bar browsing={browsing} />
          <ProblemNote problem={browsing.problem} />
          <div className="daisy-browser-list">
            <FileList
              entries={browsing.entries}
              marked={paths}
              many={purpose === "many"}
              showPaths={browsing.shown !== "folder"}
              onMark={mark}
              onOpen={open}
            />
            {browsing.more && <p className="daisy-muted">{t("files.more")}</p>}
          </div>
          <Uploads channel={channel} folder={browsing.folder} onDone={() => browsing.list(browsing.folder)} />
        </div>
        {last !== undefined && <Details key={last.path} channel={channel} entry={last} host={host} {...(describe && { describe })} />}
      </div>
    </Dialog>
  );
}

function Places({ browsing }: { browsing: Browsing }): ReactElement {
  const t = useText();
  return (
    <nav className="daisy-places" aria-label={t("files.places")}>
      {browsing.places.map((place) => (
        <button key={place.path} type="button" title={place.path} onClick={() => browsing.list(place.path)}>
          {place.name}
        </button>
      ))}
      <button type="button" title={t("files.recent")} aria-pressed={browsing.shown === "recent"} onClick={browsing.recent}>
        {t("files.recent")}
      </button>
    </nav>
  );
}

function Bar({ browsing }: { browsing: Browsing }): ReactElement {
  const t = useText();
  return (
    <div className="daisy-browser-bar">
      <button
        type="button"
        title={t("files.up.help")}
        disabled={browsing.parent === null}
        onClick={() => browsing.parent !== null && browsing.list(browsing.parent)}
      >
        {t("files.up")}
      </button>
      <LineEntry
        key={browsing.folder}
        label={t("files.folder")}
        help={t("files.folder.help")}
        button={t("files.go")}
        initial={browsing.folder}
        onEnter={browsing.list}
      />
      <LineEntry
        label={t("files.search")}
        help={t("files.search.help")}
        button={t("files.search")}
        initial=""
        onEnter={browsing.search}
      />
      <LineEntry
        label={t("files.make.name")}
        help={t("files.make.help")}
        button={t("files.make")}
        initial=""
        onEnter={(name) => name !== "" && browsing.makeFolder(name)}
      />
      <label title={t("files.hidden.help")}>
        <input type="checkbox" checked={browsing.hidden} onChange={(event) => browsing.showHidden(event.target.checked)} />
        {t("files.hidden")}
      </label>
    </div>
  );
}

interface LineProps {
  readonly label: string;
  readonly help: string;
  readonly button: string;
  readonly initial: string;
  readonly onEnter: (text: string) => void;
}

function LineEntry({ label, help, button, initial, onEnter }: LineProps): ReactElement {
  const [text, setText] = useState(initial);
  return (
    <form
      className="daisy-line"
      onSubmit={(event) => {
        event.preventDefault();
        onEnter(text);
      }}
    >
      <label title={help}>
        <span className="daisy-hidden">{label}</span>
        <input type="text" value={text} placeholder={label} spellCheck={false} onChange={(event) => setText(event.target.value)} />
      </label>
      <button type="submit" title={help}>
        {button}
      </button>
    </form>
  );
}

interface FooterProps {
  readonly purpose: Props["purpose"];
  readonly marked: readonly string[];
  readonly folder: string;
  readonly onChoose: (paths: readonly string[]) => void;
}

function Footer({ purpose, marked, folder, onChoose }: FooterProps): ReactElement {
  const t = useText();
  return (
    <>
      {purpose === "many" && <span role="status">{t("files.marked", { count: marked.length })}</span>}
      {purpose !== "many" && (
        <button type="button" title={t("files.select.folder.help")} disabled={folder === ""} onClick={() => onChoose([folder])}>
          {t("files.select.folder")}
        </button>
      )}
      <button
        type="button"
        className="daisy-primary"
        title={t("files.select.help")}
        disabled={marked.length === 0}
        onClick={() => onChoose(marked)}
      >
        {t("files.select")}
      </button>
    </>
  );
}
