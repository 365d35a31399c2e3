import * as v from "valibot";
import { shorten } from "./shorten.ts";

/** What schemas call things, and what people call them. */
const words: Readonly<Record<string, string>> = {
  number: "a number",
  string: "text",
  boolean: "true or false",
  Object: "an object",
  Array: "a list",
  undefined: "nothing",
  null: "nothing",
};

/** What a schema found, in words: `expected a number at 0.width, got "12"`. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const at = path ? ` at ${shorten(path)}` : "";
  if (issue.received === "undefined" && issue.expected?.startsWith('"'))
    return `expected a field${at}, got none`;
  return `expected ${expectedBy(issue)}${at}, got ${shorten(words[issue.received] ?? issue.received)}`;
}

function expectedBy(issue: v.BaseIssue<unknown>): string {
  // The library's own sentences begin so; others were written beside the schema.
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  if (issue.type === "finite") return "a finite number";
  return words[issue.expected ?? ""] ?? issue.expected ?? "something else";
}
