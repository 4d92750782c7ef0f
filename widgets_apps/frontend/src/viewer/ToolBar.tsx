/** Tools of a view: what a drag does, zoom, and what is shown beside the picture. */

import type { ReactElement, ReactNode } from "react";
import { useText } from "../texts";
import type { Engine } from "./engine";
import { middleLine, middleRegion } from "./geometry";
import { Icon } from "./Icon";
import { useStore } from "./store";
import type { Tool } from "./types";

const tools: readonly Tool[] = ["pan", "window", "line", "region"];

export function ToolBar({ engine, children }: { readonly engine: Engine; readonly children?: ReactNode }): ReactElement {
  const t = useText();
  const chosen = useStore(engine.store, (state) => state.tool);
  return (
    <div className="daisy-viewer-bar">
      <div role="group" aria-label={t("viewer.tools")} className="daisy-viewer-group">
        {tools.map((tool) => (
          <button
            key={tool}
            type="button"
            title={t(`viewer.tool.${tool}.help`)}
            aria-label={t(`viewer.tool.${tool}`)}
            aria-pressed={chosen === tool}
            onClick={() => choose(engine, tool)}
          >
            <Icon name={tool} />
          </button>
        ))}
      </div>
      <div role="group" aria-label={t("viewer.zoom")} className="daisy-viewer-group">
        <IconButton label={t("viewer.zoom.out")} onClick={() => engine.zoom(0.8)}>
          <Icon name="out" />
        </IconButton>
        <IconButton label={t("viewer.zoom.in")} onClick={() => engine.zoom(1.25)}>
          <Icon name="in" />
        </IconButton>
        <IconButton label={t("viewer.zoom.fit")} onClick={() => engine.fit()}>
          <Icon name="fit" />
        </IconButton>
        <IconButton label={t("viewer.zoom.one")} onClick={() => engine.oneToOne()}>
          1:1
        </IconButton>
      </div>
      {children}
    </div>
  );
}

/** A tool that draws begins with something in the middle, which numbers can move as well as a pointer. */
function choose(engine: Engine, tool: Tool): void {
  const { line, region } = engine.state;
  engine.store.set({
    tool,
    ...(tool === "line" && line === null ? { line: middleLine(engine.shape) } : {}),
    ...(tool === "region" && region === null ? { region: middleRegion(engine.shape) } : {}),
  });
}

interface ButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function IconButton({ label, onClick, children }: ButtonProps): ReactElement {
  return (
    <button type="button" title={label} aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}
