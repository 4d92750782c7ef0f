/** Which slices are asked for before someone wants them. */

const COUNT = 8;

/** The next ones in the direction of the last steps; before the first step one to each side. */
export function ahead(index: number, direction: number, depth: number): readonly number[] {
  const wanted = direction === 0 ? [index + 1, index - 1] : Array.from({ length: COUNT }, (_, n) => index + (n + 1) * direction);
  return wanted.filter((one) => one >= 0 && one < depth);
}
