import { expect, test } from "vitest";
import { toPicture, type Picture } from "../../images/picture.ts";
import { PostprocessedImage } from "../postprocessed-image.ts";
import type { ScriptArgs } from "../script-postprocessing.ts";
import { CaptionScript } from "./caption.ts";

const pixel = toPicture(Uint8Array.of(1, 2, 3), { width: 1, height: 1, channels: 3 });
const parameters =
  "a (quiet:1.2) [harbour:port:0.5] <lora:sea:1> # soft\nat dusk AND boats :0.5\nNegative prompt: people\nSteps: 20, Seed: 1, Size: 8x8";

interface Before {
  readonly script?: CaptionScript;
  /** The caption the picture has already. */
  readonly old?: string;
}

async function caption(args: ScriptArgs, texts: Readonly<Record<string, string>>, before: Before = {}) {
  const pp = new PostprocessedImage<Picture>(pixel, new Map(Object.entries(texts)));
  pp.caption = before.old;
  await (before.script ?? new CaptionScript()).process(pp, args, { signal: undefined });
  return pp.caption;
}

const fromParameters = { enable: true, option: ["Parameters"] };

test("the caption is the picture's prompt in plain words", async () => {
  expect(await caption(fromParameters, { parameters })).toBe("a quiet port at dusk, boats");
});

test("a picture without parameters has no caption, and keeps the one it has", async () => {
  expect(await caption(fromParameters, {})).toBeUndefined();
  expect(await caption(fromParameters, {}, { old: "old" })).toBe("old");
});

test("captions of several sources are joined behind the previous one", async () => {
  const captioner = { name: "Model", caption: async (picture: Picture) => ` ${picture.width} pixel ` };
  const script = new CaptionScript({ captioners: [captioner] });
  const args = { enable: true, option: ["Model", "Parameters"] };
  expect(await caption(args, { parameters: "a cat" }, { script, old: "old" })).toBe("old, a cat, 1 pixel");
});

test("nothing happens unless it is enabled, and unknown sources are refused", async () => {
  expect(await caption({ option: ["Parameters"] }, { parameters })).toBeUndefined();
  await expect(caption({ enable: true, option: ["Deepbooru"] }, {})).rejects.toThrow(
    "a list of Parameters, got",
  );
});
