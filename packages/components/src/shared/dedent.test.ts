import { expect, test } from "vitest";
import { dedent } from "./dedent.ts";

test("takes off what all lines share, and blank lines around", () => {
  expect(dedent("\n    # Title\n\n    - a\n      - b\n    ")).toBe("# Title\n\n- a\n  - b");
});

test("a first line that stands beside the quote does not count", () => {
  expect(dedent("Title\n    text\n      code")).toBe("Title\ntext\n  code");
});

test("line breaks of other systems become line feeds, tabs become spaces", () => {
  expect(dedent("a\r\n\tb\r\tc")).toBe("a\nb\nc");
});

test("blank text is empty", () => {
  expect(dedent(" \n \n")).toBe("");
});
