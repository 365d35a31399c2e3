import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Button } from "./button.ts";

const propsOf = (button: Button) => button.props(() => "b0" as never);

describe("Button", () => {
  test("its value is its label, Run at first", async () => {
    expect(await new Button().initialPayload({} as never)).toBe("Run");
    expect(await new Button("Go", { variant: "primary" }).initialPayload({} as never)).toBe("Go");
    expect(await new Button({ value: "Go" }).initialPayload({} as never)).toBe("Go");
    expect(new Button("Go").preprocess("Go")).toBe("Go");
  });

  test("an update changes its look and keeps the rest", () => {
    expect(propsOf(new Button("Go", { size: "sm" }).withOptions({ variant: "stop" }))).toMatchObject({
      size: "sm",
      variant: "stop",
    });
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "file:///etc/passwd",
  ])("refuses the link %j", (link) => {
    expect(() => new Button({ link })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  test.each(["https://example.com/", "mailto:a@example.com", "../docs", "?page=2"])(
    "takes the link %j",
    (link) => {
      expect(propsOf(new Button({ link }))).toMatchObject({ link, linkTarget: "_self" });
    },
  );

  test("a small picture file becomes part of the page", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vitrine-icon-"));
    try {
      await writeFile(join(folder, "play.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
      await writeFile(join(folder, "huge.png"), Buffer.alloc(70_000));
      expect(propsOf(new Button({ icon: join(folder, "play.svg") }))["icon"]).toMatch(
        /^data:image\/svg\+xml;base64,PHN2/,
      );
      expect(() => new Button({ icon: join(folder, "huge.png") })).toThrow(/at most 65536 bytes, got 70000/);
      expect(() => new Button({ icon: join(folder, "none.png") })).toThrow(/cannot be read/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each(["https://example.com/icon.png", "//example.com/icon.png", "/etc/passwd"])(
    "refuses the icon %j",
    (icon) => {
      expect(() => new Button({ icon })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    },
  );
});
