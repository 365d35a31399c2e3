import { expect, test } from "vitest";
import { UriTemplate } from "./uri-template.ts";

test("an address without variables is only itself", () => {
  const template = new UriTemplate("notes://today");
  expect(template.variables).toEqual([]);
  expect(template.match("notes://today")).toEqual({});
  expect(template.match("notes://today/x")).toBeUndefined();
  expect(template.match("notes://toda")).toBeUndefined();
});

test("variables are found between what stands around them, and are unescaped", () => {
  const template = new UriTemplate("notes://{folder}/page-{id}.md");
  expect(template.variables).toEqual(["folder", "id"]);
  expect(template.match("notes://a%20b/page-7.md")).toEqual({ folder: "a b", id: "7" });
  expect(template.match("notes://a/page-x.md.md")).toEqual({ folder: "a", id: "x.md" });
});

test.each([
  ["an empty variable", "notes:///page-1.md"],
  ["a slash in a variable", "notes://a/page-b/c.md"],
  ["another end", "notes://a/page-1.txt"],
  ["another beginning", "other://a/page-1.md"],
  ["an escape that is none", "notes://%zz/page-1.md"],
  ["a megabyte", `notes://${"a".repeat(1_000_000)}/page-1.md`],
])("%s is another address", (_, uri) => {
  expect(new UriTemplate("notes://{folder}/page-{id}.md").match(uri)).toBeUndefined();
});

test.each([
  "today",
  "notes:",
  "notes://{a}{b}",
  "notes://{a}/{a}",
  "notes://{a",
  "notes://{}",
  "notes://{a b}",
])("%s is refused where it is declared", (text) => {
  expect(() => new UriTemplate(text)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});
