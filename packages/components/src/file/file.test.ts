import { readFile } from "node:fs/promises";
import { parsePayload } from "@vitrine/core";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import { createFolderFiles, type FolderFiles } from "../shared/folder-files.ts";
import { File, type UploadedBytes, type UploadedFile } from "./file.ts";

let files: FolderFiles;

beforeEach(async () => {
  files = await createFolderFiles();
});
afterEach(() => files[Symbol.asyncDispose]());

test("a function receives where a file lies and what the visitor called it", async () => {
  const ref = await files.upload("日本 語.txt", "hello", "text/plain");
  const received = await new File().preprocess([ref], { files });
  expectTypeOf(received).toEqualTypeOf<UploadedFile>();
  expect(received).toMatchObject({ name: "日本 語.txt", sizeBytes: 5, mimeType: "text/plain" });
  expect(await readFile(received.path, "utf8")).toBe("hello");
});

test("or its content; or several, in their order", async () => {
  const refs = [
    await files.upload("b.txt", "b", "text/plain"),
    await files.upload("a.txt", "a", "text/plain"),
  ];
  const received = await new File({ type: "binary", fileCount: "multiple" }).preprocess(refs, { files });
  expectTypeOf(received).toEqualTypeOf<UploadedBytes[]>();
  expect(received.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
    ["b.txt", "b"],
    ["a.txt", "a"],
  ]);
});

test("no file is refused, unless it is not required: then null, or an empty array", async () => {
  await expect(new File({ label: "Data" }).preprocess([], { files })).rejects.toMatchObject({
    code: "VALUE_REQUIRED",
    message: '"Data" expected a file, got none.',
  });
  const one = await new File({ required: false }).preprocess([], { files });
  expectTypeOf(one).toEqualTypeOf<UploadedFile | null>();
  expect(one).toBeNull();
  expect(await new File({ required: false, fileCount: "multiple" }).preprocess([], { files })).toEqual([]);
});

test("two files where one is expected are refused", async () => {
  const ref = await files.upload("a.txt", "a", "text/plain");
  await expect(new File().preprocess([ref, ref], { files })).rejects.toMatchObject({
    code: "PAYLOAD_INVALID",
  });
});

test.each([
  [["image"], "a.png", "image/png", true],
  [["image"], "a.png", "text/plain", false],
  [[".pdf"], "A.PDF", "application/pdf", true],
  [[".pdf"], "a.pdf.exe", "application/pdf", false],
  [["image/png", "text"], "a.csv", "text/csv", true],
  [["audio/*"], "a.mp3", "audio/mpeg", true],
  [["file"], "a.bin", "application/octet-stream", true],
])("of the types %j, %s as %s is taken: %s", async (...[fileTypes, name, mimeType, isTaken]) => {
  const ref = await files.upload(name, "x", mimeType);
  const received = new File({ fileTypes }).preprocess([ref], { files });
  if (isTaken) expect((await received).name).toBe(name);
  else await expect(received).rejects.toMatchObject({ code: "FILE_TYPE" });
});

test("what a function returns is offered under its name", async () => {
  const upload = await files.upload("in.txt", "from a visitor", "text/plain");
  const { path } = await files.open(upload);
  const shown = await new File().postprocess(
    [path, { path, name: "renamed.txt" }, { bytes: Buffer.from("made"), name: "made.txt" }],
    { files },
  );
  expect(shown.map(({ name, sizeBytes }) => [name.replace(/^[a-f\d]{8}-/, ""), sizeBytes])).toEqual([
    ["in.txt", 14],
    ["renamed.txt", 14],
    ["made.txt", 4],
  ]);
  expect(await new File().postprocess(null, { files })).toEqual([]);
  const received = await new File().preprocess([upload], { files });
  expect(await new File().postprocess(received, { files })).toMatchObject([{ name: "in.txt" }]);
});

test.each([[7], [{}], [{ bytes: Buffer.from("no name") }], [[{ path: 7 }]]])(
  "%j cannot be shown",
  async (value) => {
    await expect(new File().postprocess(value as never, { files })).rejects.toMatchObject({
      code: "VALUE_NOT_SHOWN",
    });
  },
);

test("a path in place of a reference is refused, whatever surrounds it", () => {
  for (const payload of [
    "/etc/passwd",
    [{ path: "/etc/passwd" }],
    [["/etc/passwd"]],
    { path: "/etc/passwd" },
  ]) {
    expect(() => parsePayload(new File(), payload)).toThrow(
      expect.objectContaining({ code: "PAYLOAD_INVALID" }),
    );
  }
});

test("a file type that is none is refused when it is constructed", () => {
  expect(() => new File({ fileTypes: ["pdf"] })).toThrow(/fileTypes expected .* got "pdf"/);
});
