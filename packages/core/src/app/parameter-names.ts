/**
 * Names of a function's parameters in order, as far as its source tells: `undefined` for destructured ones, and
 * nothing from a rest parameter on.
 */
export function parameterNames(fn: (...args: never[]) => unknown): readonly (string | undefined)[] {
  const list = parameterList(Function.prototype.toString.call(fn));
  const names: (string | undefined)[] = [];
  for (const parameter of splitAtCommas(list)) {
    if (parameter.startsWith("...")) break;
    names.push(/^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(parameter)?.[0]);
  }
  return names;
}

/** The text between the parentheses of the parameters, or the bare name of `x => …`. */
function parameterList(source: string): string {
  // Comments away and strings empty, so that brackets and commas in them do not count.
  const text = source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|(["'`])(?:\\.|(?!\1)[^\\])*\1/g, (found) =>
    found.startsWith("/") ? "" : '""',
  );
  const bare = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.exec(text);
  if (bare?.[1]) return bare[1];
  const start = text.indexOf("(");
  if (start < 0) return "";
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    depth += depthChange(text.charAt(index));
    if (depth === 0) return text.slice(start + 1, index);
  }
  return "";
}

function splitAtCommas(list: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= list.length; index++) {
    const isEnd = index === list.length;
    if (!isEnd) depth += depthChange(list.charAt(index));
    if (!isEnd && (depth > 0 || list.charAt(index) !== ",")) continue;
    const part = list.slice(start, index).trim();
    if (part !== "") parts.push(part);
    start = index + 1;
  }
  return parts;
}

function depthChange(character: string): number {
  if ("([{".includes(character)) return 1;
  return ")]}".includes(character) ? -1 : 0;
}
