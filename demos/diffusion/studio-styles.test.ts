import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readStyles } from "./studio-styles.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-styles-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string) {
  const path = join(folder, "styles.csv");
  await writeFile(path, text);
  return readStyles(path);
}

test("each row is a style; quotes keep commas, quotes and lines together; headings are passed over", async () => {
  const text = [
    "\uFEFFname,prompt,negative_prompt",
    'Oil,"oil painting of {prompt}, thick ""paint""",photo',
    ",,",
    '"Two\r\nlines",soft light,',
    "",
  ].join("\r\n");
  expect(await read(text)).toEqual([
    { name: "Oil", prompt: 'oil painting of {prompt}, thick "paint"', negativePrompt: "photo" },
    { name: "Two\r\nlines", prompt: "soft light", negativePrompt: "" },
  ]);
});

test("columns may stand in any order, and others beside them", async () => {
  expect(await read("prompt,notes,negative_prompt,name\na cat,mine,dog,Cat\n")).toEqual([
    { name: "Cat", prompt: "a cat", negativePrompt: "dog" },
  ]);
});

test("a table without the columns, and no file, are named", async () => {
  await expect(read("name;prompt\nOil;x\n")).rejects.toMatchObject({
    code: "STYLES_FILE",
    message:
      '"styles.csv" expected the columns name, prompt, negative_prompt; name, prompt, negative_prompt is missing.',
  });
  expect(() => readStyles(join(folder, "nowhere.csv"))).toThrow(
    expect.objectContaining({ code: "STYLES_FILE" }),
  );
});
