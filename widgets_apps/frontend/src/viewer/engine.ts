/** One view of a source: what it shows, and the painting of it, which React takes no part in. */

import type { Channel } from "../channel";
import type { Problem } from "../shell/problem";
import { ahead } from "./ahead";
import { type Colormap, table } from "./colors";
import { clamp, fitted, panned, pixels, toImage, type View, visible, zoomed } from "./geometry";
import { dragged } from "./levels";
import type { Change, Link } from "./link";
import { Newest } from "./newest";
import { Painter } from "./painter";
import { Store } from "./store";
import { initial, type Start, type State } from "./state";
import { key, type Kind, type Question, type Tile, Tiles } from "./tiles";
import { depth, planeShape, type Shape, type Size, type Source, type Window } from "./types";

/** How long a view rests before slices beside it are asked for, in milliseconds. */
const REST = 200;
const TALLEST_STEP = 10;

export class Engine {
  readonly store: Store<State>;
  readonly #tiles: Tiles;
  readonly #range: Newest;
  #painter: Painter | null = null;
  #tile: Tile | null = null;
  #colours: Uint32Array;
  #isChosen = false;
  /** The last change was a step from slice to slice. */
  #isStepping = false;
  #version = 0;
  #direction = 0;
  #frame: number | null = null;
  #rest: ReturnType<typeof setTimeout> | null = null;
  #tick: ReturnType<typeof setTimeout> | null = null;
  #link: Link | null = null;

  constructor(readonly channel: Channel, readonly lane: string, source: Source, start: Start) {
    this.store = new Store<State>(initial(source, start));
    this.#colours = table(this.state.colormap);
    const onProblem = (problem: Problem): void => this.store.set({ problem });
    this.#tiles = new Tiles(channel, lane, (...arrived) => this.#arrived(...arrived), onProblem);
    this.#range = new Newest(onProblem);
  }

  get state(): State {
    return this.store.get();
  }

  get shape(): Shape {
    return planeShape(this.state.source, this.state.axis);
  }

  get view(): View {
    return this.state.view ?? fitted(this.shape, this.state.size);
  }

  /** Paint on `canvas` from now on; returns how to stop. */
  attach(canvas: HTMLCanvasElement, link: Link | null): () => void {
    this.#painter = new Painter(canvas);
    this.#link = link;
    const leave = link?.join(this.#follow);
    const unwatch = this.channel.onState((state) => state === "open" && this.#refresh());
    if (link !== null) this.#follow(link.latest);
    if (this.state.window === null) this.#askRange();
    this.#refresh();
    return () => {
      leave?.();
      unwatch();
      this.play(false);
      this.#painter = null;
      if (this.#frame !== null) cancelAnimationFrame(this.#frame);
      this.#frame = null;
      if (this.#rest !== null) clearTimeout(this.#rest);
      this.#tiles.clear();
    };
  }

  /** The canvas has this many device pixels now. */
  resize(size: Size): void {
    if (size.width === this.state.size.width && size.height === this.state.size.height) return;
    this.store.set({ size });
    this.#refresh();
  }

  /** Another source, or new contents of the same one; what is looked at stays where the shapes agree. */
  show(source: Source, window: Window | undefined): void {
    const old = this.state;
    const isSame = source.shape.join() === old.source.shape.join();
    const axis = source.shape.length === old.source.shape.length ? old.axis : 0;
    this.#version += 1;
    this.#tiles.clear();
    if (!isSame) this.#tile = null;
    this.store.set({
      source,
      axis,
      index: isSame ? old.index : Math.floor(depth(source, axis) / 2),
      ...(isSame ? {} : { view: null, line: null, region: null }),
      problem: null,
    });
    if (window !== undefined && old.isLocked) this.suggest(window);
    else this.#askRange();
    this.#refresh();
  }

  /** A window that is taken unless one was chosen here. */
  suggest(window: Window): void {
    if (this.#isChosen) return;
    this.store.set({ window, percentiles: null });
    this.#refresh();
  }

  setAxis(axis: number): void {
    if (axis === this.state.axis) return;
    const index = Math.floor(depth(this.state.source, axis) / 2);
    this.store.set({ axis, index, view: null, line: null, region: null });
    this.#direction = 0;
    this.#moved({ at: { axis, index }, view: null });
  }

  setIndex(wanted: number): void {
    const { axis, index: old, source } = this.state;
    const index = clamp(Math.round(wanted), 0, depth(source, axis) - 1);
    if (index === old || !Number.isFinite(index)) return;
    const way = index - old;
    this.#direction = Math.abs(way) > TALLEST_STEP ? Math.sign(way) : way;
    this.#isStepping = true;
    this.store.set({ index });
    this.#moved({ at: { axis, index } });
  }

  step(by: number): void {
    this.setIndex(this.state.index + by);
  }

  zoom(factor: number, x = this.state.size.width / 2, y = this.state.size.height / 2): void {
    this.#look(zoomed(this.view, this.state.size, this.shape, x, y, factor));
  }

  pan(right: number, down: number): void {
    this.#look(panned(this.view, this.shape, right, down));
  }

  fit(): void {
    this.#look(null);
  }

  /** One pixel of the slice is one of the screen. */
  oneToOne(): void {
    this.zoom(1 / this.view.scale);
  }

  #look(view: View | null): void {
    this.#isStepping = false;
    this.store.set({ view });
    this.#told({ view });
    this.#refresh();
  }

  setWindow(window: Window): void {
    this.#isChosen = true;
    this.#isStepping = false;
    this.store.set({ window, percentiles: null });
    this.#told({ window });
    this.#refresh();
  }

  dragWindow(right: number, down: number): void {
    if (this.state.window !== null) this.setWindow(dragged(this.state.window, right, down));
  }

  setPercentiles(percentiles: Window): void {
    this.#isChosen = true;
    this.store.set({ percentiles });
    this.#askRange();
  }

  lock(isLocked: boolean): void {
    this.store.set({ isLocked });
    if (!isLocked) this.setPercentiles(this.state.percentiles ?? [0.5, 99.5]);
  }

  setColormap(colormap: Colormap): void {
    this.#colours = table(colormap);
    this.store.set({ colormap });
    this.#paintSoon();
  }

  /** Where the pointer is on the canvas, in device pixels; null where it left. */
  point(place: { readonly x: number; readonly y: number } | null): void {
    const found = place === null ? null : toImage(this.view, this.state.size, place.x, place.y);
    const [rows, columns] = this.shape;
    const isInside = found !== null && found.row >= 0 && found.column >= 0 && found.row < rows && found.column < columns;
    this.store.set({ pointer: isInside ? { row: Math.floor(found.row), column: Math.floor(found.column) } : null });
  }

  play(isPlaying: boolean): void {
    if (this.#tick !== null) clearTimeout(this.#tick);
    this.#tick = null;
    this.store.set({ isPlaying });
    if (isPlaying) this.#next();
  }

  /** A slice that is not painted yet is waited for: none is left out. */
  #next(): void {
    const { source, axis, index, rate } = this.state;
    if (this.#tile?.index === index) this.setIndex(index + 1 < depth(source, axis) ? index + 1 : 0);
    this.#tick = setTimeout(() => this.#next(), 1000 / rate);
  }

  #moved(change: Change): void {
    this.#told(change);
    this.#refresh();
    if (!this.state.isLocked) this.#askRange();
  }

  /** Ask for what is to be seen now, and show what is there meanwhile. */
  #refresh(): void {
    const question = this.#question();
    if (question === null || this.#painter === null) return;
    this.#tiles.want(question);
    const tile = this.#tiles.get(question);
    if (tile !== undefined) {
      this.#tile = tile;
      this.#plan(question);
    }
    this.#paintSoon();
  }

  #question(): Question | null {
    const { source, axis, index, size, window } = this.state;
    if (window === null || size.width < 1 || size.height < 1) return null;
    const region = visible(this.view, size, this.shape);
    if (region === null) return null;
    return { source: source.source, version: this.#version, axis, index, region, size: pixels(region, this.view.scale), window };
  }

  /** What was asked for to be shown is shown even if something newer is wanted by now: one sees that it moves. */
  #arrived(question: Question, tile: Tile, kind: Kind): void {
    const wanted = this.#question();
    if (wanted === null || question.version !== this.#version || question.axis !== wanted.axis) return;
    const isWanted = key(question) === key(wanted);
    if (!isWanted && (kind === "ahead" || this.#tiles.get(wanted) !== undefined)) return;
    this.#tile = tile;
    if (this.state.problem !== null) this.store.set({ problem: null });
    this.#paintSoon();
    if (isWanted) this.#plan(wanted);
  }

  /** While someone steps the next slices are asked for at once, else when the view has come to rest. */
  #plan(question: Question): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    const next = ahead(question.index, this.#direction, depth(this.state.source, question.axis)).map((index) => ({ ...question, index }));
    if (this.#isStepping) this.#tiles.ahead(next);
    else this.#rest = setTimeout(() => this.#tiles.ahead(next), REST);
  }

  #paintSoon(): void {
    if (this.#frame !== null || this.#painter === null) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = null;
      if (this.#tile?.axis === this.state.axis) this.#painter?.paint(this.#tile, this.view, this.#colours);
    });
  }

  #told(change: Change): void {
    this.#link?.tell(this.#follow, change);
  }

  readonly #follow = ({ at, view, window }: Change): void => {
    const { source } = this.state;
    if (at !== undefined) {
      const index = clamp(at.index, 0, depth(source, at.axis) - 1);
      this.#direction = at.axis === this.state.axis ? clamp(index - this.state.index, -TALLEST_STEP, TALLEST_STEP) : 0;
      this.store.set({ axis: at.axis, index });
    }
    if (view !== undefined) this.store.set({ view });
    if (window !== undefined) this.store.set({ window, percentiles: null });
    this.#refresh();
  };

  #askRange(): void {
    const { source, axis, index, percentiles } = this.state;
    if (percentiles === null) return;
    this.#range.ask(async () => {
      const { result } = await this.channel.request<{ low: number | null; high: number | null }>(
        "viewer.range",
        { source: source.source, axis, index, percentiles },
        { lane: `range:${this.lane}` },
      );
      if (this.state.source !== source || this.state.percentiles !== percentiles) return;
      const window: Window = [result.low ?? 0, result.high ?? 1];
      this.store.set({ window });
      this.#told({ window });
      this.#refresh();
    });
  }
}
