/** Colour maps: 256 colours, in straight lines between a few that are given.
 *
 * viridis, inferno, magma: van der Walt and Smith 2015 (public domain); coolwarm: Moreland 2009. 17 of their colours
 * each; what lies between is off by less than one can see.
 */

const colours = {
  gray: "000000 ffffff",
  gray_r: "ffffff 000000",
  viridis: "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725",
  inferno: "000004 0b0724 210c4a 3d0965 57106e 71196e 8a226a a32c61 bc3754 d24644 e45a31 f1731d f98e09 fcac11 f9cb35 f2ea69 fcffa4",
  magma: "000004 0a0822 1d1147 36106b 51127c 6a1c81 832681 9c2e7f b73779 d0416f e75263 f56b5c fc8961 fea772 fec488 fde2a3 fcfdbf",
  coolwarm: "3b4cc0 4e68d8 6282ea 779af7 8db0fe a3c2fe b9d0f9 ccd9ed dddcdc ecd3c5 f5c4ac f7b093 f4987a eb7d62 dd5f4b ca3b37 b40426",
} as const;

export type Colormap = keyof typeof colours;

export const colormaps = Object.keys(colours) as readonly Colormap[];

/** The 256 colours of a map as a pixel of a canvas keeps them: red, green, blue, opaque, from the lowest byte. */
export function table(colormap: Colormap): Uint32Array {
  const given = colours[colormap].split(" ").map((text) => Number.parseInt(text, 16));
  const bytes = new Uint8Array(4 * 256);
  for (let level = 0; level < 256; level += 1) {
    const place = (level / 255) * (given.length - 1);
    const first = Math.min(Math.floor(place), given.length - 2);
    for (const [channel, shift] of [16, 8, 0].entries()) {
      const [from, to] = [part(given[first], shift), part(given[first + 1], shift)];
      bytes[4 * level + channel] = Math.round(from + (to - from) * (place - first));
    }
    bytes[4 * level + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}

function part(colour: number | undefined, shift: number): number {
  return ((colour ?? 0) >> shift) & 255;
}

/** Write the colours of `values` to the pixels of a canvas. */
export function colour(values: Uint8Array, colours: Uint32Array, pixels: Uint8ClampedArray): void {
  const target = new Uint32Array(pixels.buffer, pixels.byteOffset, values.length);
  for (let n = 0; n < values.length; n += 1) target[n] = colours[values[n] as number] as number;
}
