/** Paints a slice on a canvas: levels to colours once a slice, then moved and scaled by the browser. */

import { colour } from "./colors";
import { toCanvas, type View } from "./geometry";
import type { Tile } from "./tiles";
import type { Size } from "./types";

export class Painter {
  readonly #picture: HTMLCanvasElement;
  #painted: { readonly tile: Tile; readonly colours: Uint32Array } | null = null;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#picture = document.createElement("canvas");
  }

  /** Show `tile`; afterwards `data-painted` of the canvas is the index of its slice. */
  paint(tile: Tile, view: View, colours: Uint32Array): void {
    const context = this.canvas.getContext("2d");
    if (context === null || tile.values.length === 0) return;
    if (this.#painted?.tile !== tile || this.#painted.colours !== colours) this.#fill(tile, colours);
    const size: Size = this.canvas;
    const [r0, r1, c0, c1] = tile.region;
    const first = toCanvas(view, size, { row: r0, column: c0 });
    const last = toCanvas(view, size, { row: r1, column: c1 });
    context.clearRect(0, 0, size.width, size.height);
    context.imageSmoothingEnabled = view.scale < 1; // enlarged pixels are shown as what they are
    context.drawImage(this.#picture, first.x, first.y, last.x - first.x, last.y - first.y);
    this.canvas.dataset["axis"] = String(tile.axis);
    this.canvas.dataset["painted"] = String(tile.index);
  }

  #fill(tile: Tile, colours: Uint32Array): void {
    const [height, width] = tile.shape;
    if (this.#picture.width !== width || this.#picture.height !== height) {
      this.#picture.width = width;
      this.#picture.height = height;
    }
    const context = this.#picture.getContext("2d");
    if (context === null) return;
    const image = context.createImageData(width, height);
    colour(tile.values, colours, image.data);
    context.putImageData(image, 0, 0);
    this.#painted = { tile, colours };
  }
}
