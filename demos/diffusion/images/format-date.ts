/**
 * Writes a date by a pattern of percent signs, as in Python and C: `%Y-%m-%d %H:%M:%S`. Letters that are not
 * known stay as they are.
 *
 * @param zone name of a time zone such as `Europe/Paris`; one that does not exist counts as none
 */
export function formatDate(date: Date, pattern: string, zone?: string): string {
  const parts = readParts(date, zone);
  return pattern.replace(/%([a-zA-Z%])/g, (whole, letter: string) => parts.get(letter) ?? whole);
}

function readParts(date: Date, zone: string | undefined): ReadonlyMap<string, string> {
  const format = createFormat(zone);
  const part = new Map(format.formatToParts(date).map(({ type, value }) => [type, value] as const));
  const get = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? "";
  const hour = Number(get("hour"));
  return new Map([
    ["Y", get("year")],
    ["y", get("year").slice(-2)],
    ["m", get("month")],
    ["d", get("day")],
    ["H", get("hour")],
    ["I", String(hour % 12 || 12).padStart(2, "0")],
    ["p", hour < 12 ? "AM" : "PM"],
    ["M", get("minute")],
    ["S", get("second")],
    ["f", String(date.getMilliseconds()).padStart(3, "0").padEnd(6, "0")],
    ["a", get("weekday")],
    ["b", monthNames[Number(get("month")) - 1] ?? ""],
    ["%", "%"],
  ]);
}

const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function createFormat(zone: string | undefined): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    weekday: "short",
    hourCycle: "h23",
  };
  try {
    return new Intl.DateTimeFormat("en-US", zone ? { ...options, timeZone: zone } : options);
  } catch {
    return new Intl.DateTimeFormat("en-US", options);
  }
}
