// What is known of a fact at a day, from the four bounds of its beginning and end. Days are ISO text or whole numbers.

const DAY = 86_400_000;

/**
 * Returns `certain`, `possible`, `no` or `undated`.
 * Bounds: first and last day on which it can have begun, first and last day on which it can have ended; null where open.
 */
export function certainty(bounds, day) {
  const [beginOfBegin, endOfBegin, beginOfEnd, endOfEnd] = bounds;
  if (bounds.every((bound) => bound === null)) return "undated";
  if ((beginOfBegin !== null && day < beginOfBegin) || (endOfEnd !== null && day > endOfEnd)) return "no";
  if (endOfBegin !== null && beginOfEnd !== null && endOfBegin <= day && day <= beginOfEnd) return "certain";
  return "possible";
}

/** Returns a day as a whole number: days since 1970-01-01. */
export function dayNumber(text) {
  const [, year, month, day] = /^(-?\d+)-(\d\d)-(\d\d)/.exec(text) ?? [];
  if (year === undefined) return null;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return Math.round(date.getTime() / DAY);
}

/** Returns a whole number as an ISO day. */
export function dayText(number) {
  return new Date(number * DAY).toISOString().slice(0, 10);
}

/**
 * Returns [first, last] day worth a slider, or null where no fact has a date. Where a few far dates would squeeze all others
 * into a corner, they are left outside: the span keeps nineteen bounds in twenty.
 */
export function extent(facts) {
  const days = facts
    .flatMap(({ bounds }) => bounds.filter((bound) => bound !== null))
    .map(dayNumber)
    .sort((a, b) => a - b);
  if (!days.length) return null;
  const cut = Math.floor(days.length * 0.025);
  const whole = [days[0], days.at(-1)];
  const most = [days[cut], days[days.length - 1 - cut]];
  return most[1] - most[0] < 0.5 * (whole[1] - whole[0]) && most[1] > most[0] ? most : whole;
}

/** Returns, for each of `count` equal spans of [first, last], how many facts can hold within it; open ends hold for ever. */
export function histogram(facts, [first, last], count) {
  const bins = new Array(count).fill(0);
  const width = Math.max(1, last - first + 1) / count;
  for (const { bounds } of facts) {
    if (bounds.every((bound) => bound === null)) continue;
    const from = bounds[0] === null ? 0 : (dayNumber(bounds[0]) - first) / width;
    const to = bounds[3] === null ? count - 1 : (dayNumber(bounds[3]) - first) / width;
    for (let i = Math.max(0, Math.floor(from)); i <= Math.min(count - 1, Math.floor(to)); i += 1)
      bins[i] += 1;
  }
  return bins;
}

/** Returns one end of a fact in words: a day, or the span in which it lies; '' where nothing is known. */
export function spanText(earliest, latest, between) {
  if (earliest === null && latest === null) return "";
  if (earliest === latest) return earliest;
  const year = (earliest ?? "").slice(0, 4);
  if (earliest === `${year}-01-01` && latest === `${year}-12-31`) return year;
  if (
    earliest?.slice(0, 7) === latest?.slice(0, 7) &&
    earliest?.endsWith("-01") &&
    Number(latest.slice(8)) >= 28
  ) {
    return earliest.slice(0, 7);
  }
  return between(earliest ?? "…", latest ?? "…");
}
