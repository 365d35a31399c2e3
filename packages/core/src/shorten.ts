/** Text as it may stand in a message: what a visitor sent can be a megabyte. */
export function shorten(text: string, maxLength = 100): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
