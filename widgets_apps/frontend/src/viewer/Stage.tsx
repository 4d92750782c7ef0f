/** The canvas of a view, and the line and region that are drawn over it. */

import { type CSSProperties, type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { useText } from "../texts";
import type { Engine } from "./engine";
import { toCanvas } from "./geometry";
import { listen } from "./gestures";
import type { Link } from "./link";
import { useStore } from "./store";
import type { Size } from "./types";

interface Props {
  readonly engine: Engine;
  readonly link?: Link | null;
  readonly children?: ReactNode;
}

export function Stage({ engine, link = null, children }: Props): ReactElement {
  const t = useText();
  const name = useStore(engine.store, (state) => state.source.name);
  const tool = useStore(engine.store, (state) => state.tool);
  return (
    <div className="daisy-stage" data-tool={tool}>
      <Canvas engine={engine} link={link} label={t("viewer.canvas", { name })} help={t("viewer.canvas.help")} />
      <Drawn engine={engine} />
      {children}
    </div>
  );
}

interface CanvasProps {
  readonly engine: Engine;
  readonly link: Link | null;
  /** null: a picture that follows another one and takes no input of its own. */
  readonly label: string | null;
  /** The keys that it takes. */
  readonly help?: string;
  readonly style?: CSSProperties;
}

export function Canvas({ engine, link, label, help, style }: CanvasProps): ReactElement {
  const element = useRef<HTMLCanvasElement>(null);
  const isLive = label !== null;
  useEffect(() => {
    const canvas = element.current;
    if (canvas === null) return undefined;
    const detach = engine.attach(canvas, link);
    const unlisten = isLive ? listen(canvas, engine) : undefined;
    const measure = (): void => fill(canvas, engine);
    const observer = new ResizeObserver(measure);
    observer.observe(canvas);
    measure();
    return () => {
      observer.disconnect();
      unlisten?.();
      detach();
    };
  }, [engine, link, isLive]);
  if (!isLive) return <canvas ref={element} className="daisy-canvas" aria-hidden="true" style={style} />;
  return (
    <canvas
      ref={element}
      className="daisy-canvas"
      role="application"
      tabIndex={0}
      aria-label={label}
      aria-description={help}
      data-lm-suppress-shortcuts="true"
      data-testid="viewer-canvas"
      style={style}
    />
  );
}

/** The canvas has the device pixels of its place on the screen. */
function fill(canvas: HTMLCanvasElement, engine: Engine): void {
  const ratio = window.devicePixelRatio || 1;
  const size: Size = { width: Math.round(canvas.clientWidth * ratio), height: Math.round(canvas.clientHeight * ratio) };
  if (size.width < 1 || size.height < 1) return;
  if (canvas.width !== size.width) canvas.width = size.width;
  if (canvas.height !== size.height) canvas.height = size.height;
  engine.resize(size);
}

function Drawn({ engine }: { readonly engine: Engine }): ReactElement | null {
  const line = useStore(engine.store, (state) => state.line);
  const region = useStore(engine.store, (state) => state.region);
  const size = useStore(engine.store, (state) => state.size);
  useStore(engine.store, (state) => state.view);
  useStore(engine.store, (state) => state.axis);
  if (size.width < 1 || (line === null && region === null)) return null;
  const at = (row: number, column: number) => toCanvas(engine.view, size, { row, column });
  const [start, end] = line === null ? [] : [at(line.start.row, line.start.column), at(line.end.row, line.end.column)];
  const [first, last] = region === null ? [] : [at(region[0], region[2]), at(region[1], region[3])];
  return (
    <svg className="daisy-drawn" viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" aria-hidden="true">
      {start !== undefined && end !== undefined && <line x1={start.x} y1={start.y} x2={end.x} y2={end.y} />}
      {first !== undefined && last !== undefined && (
        <rect x={first.x} y={first.y} width={last.x - first.x} height={last.y - first.y} />
      )}
    </svg>
  );
}
