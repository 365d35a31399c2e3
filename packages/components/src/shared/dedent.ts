/** Text without the indentation that all its lines after the first share, and without blank lines around it. */
export function dedent(text: string): string {
  const [first = "", ...rest] = text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n");
  const indents = rest
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const shared = indents.reduce((least, indent) => Math.min(least, indent), Infinity);
  const lines = [
    first.trimStart(),
    ...rest.map((line) => (Number.isFinite(shared) ? line.slice(shared) : line)),
  ];
  while (lines.length > 0 && lines[0]?.trim() === "") lines.shift();
  while (lines.length > 0 && lines.at(-1)?.trim() === "") lines.pop();
  return lines.join("\n");
}
