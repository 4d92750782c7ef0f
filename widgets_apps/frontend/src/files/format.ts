/** Sizes and times for people; pure. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Decimal units, as disks and beamlines count. */
export function sizeText(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return "";
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A moment given in seconds since 1970, in the user's own time zone. */
export function timeText(seconds: number | null | undefined, language: string): string {
  if (seconds === null || seconds === undefined) return "";
  return new Date(seconds * 1000).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
}

/** "3:05" or "1:02:03". */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The folder that a path lies in. */
export function folderOf(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut <= 0 ? path.slice(0, cut + 1) : path.slice(0, cut);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
