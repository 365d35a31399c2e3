import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Picture } from "../images/picture.ts";
import { ScriptPostprocessingRunner } from "../postprocessing/runner.ts";
import { FlippedCopiesScript } from "../postprocessing/scripts/flipped-copies.ts";
import { extrasWork, type ExtrasFolder } from "./extras-work.ts";
import { JobBoard } from "./job-board.ts";
import { SharedState } from "./shared-state.ts";

let folder: string;
let board: JobBoard;
let runner: ScriptPostprocessingRunner<Picture>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "extras-work-"));
  const state = new SharedState<unknown, Picture>();
  board = new JobBoard({ state, folder: join(folder, "shelves") });
  runner = new ScriptPostprocessingRunner<Picture>({ scripts: [new FlippedCopiesScript()], state });
  await mkdir(join(folder, "photos"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Works through the folder as one user, to the end. */
async function workThrough(changes: Partial<ExtrasFolder> = {}) {
  const photos = join(folder, "photos");
  const inputs = {
    path: photos,
    resultPath: join(photos, "extras"),
    allowedRoots: [photos],
    name: "photos",
    resultName: "photos/extras",
    showsResults: true,
    ...changes,
  };
  const args = runner.createArgsForRun({ "Create flipped copies": { enable: true } });
  board.add("ann", extrasWork(runner, { inputs, args, operationOrder: [], disabled: [], format: "png" }));
  for await (const view of board.watch("ann", { kind: "extras" }))
    if (!view.running && view.waiting.length === 0) break;
  const user = board.userOf("ann");
  return {
    notes: user.takeNotes("extras").map(({ text, tone }) => [tone, text]),
    failure: user.takeFailure("extras")?.error,
    pictures: user.shelf.of("extras"),
  };
}

async function put(name: string): Promise<void> {
  const bytes = await sharp({ create: { width: 8, height: 6, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  await writeFile(join(folder, "photos", name), bytes);
}

test("a folder's results are saved and shown, each with its source, its place, and whether it is a branch", async () => {
  await put("a.png");
  const { notes, failure, pictures } = await workThrough();
  expect([failure, notes]).toEqual([undefined, [["success", "2 pictures were saved in photos/extras."]]]);
  expect(pictures).toMatchObject([
    { name: "a-1", isBranch: true, sourcePath: join(folder, "photos", "a.png") },
    { name: "a", isBranch: false, sourcePath: join(folder, "photos", "a.png") },
  ]);
  expect(pictures[1]?.parameters).toContain("Saved as photos/extras/a.png");
  expect((await readdir(join(folder, "photos", "extras"))).toSorted()).toEqual(["a-1.png", "a.png"]);
});

test("results that are not wanted on the page are saved all the same", async () => {
  await put("a.png");
  const { notes, pictures } = await workThrough({ showsResults: false });
  expect([notes.length, pictures]).toEqual([1, []]);
  expect(await readdir(join(folder, "photos", "extras"))).toHaveLength(2);
});

test("of many that go wrong only the first are told one by one", async () => {
  for (let index = 0; index < 40; index++)
    await writeFile(join(folder, "photos", `${index}.txt`), "a letter");
  await put("z.png");
  const { notes } = await workThrough();
  expect(notes).toHaveLength(7);
  expect(notes[0]).toEqual(["success", "2 pictures were saved in photos/extras."]);
  expect(notes[1]?.[1]).toMatch(/^0\.txt: The file is no picture/);
  expect(notes.at(-1)).toEqual(["warning", "And 35 more went wrong, of 41 pictures."]);
});

test("a folder outside the allowed ones fails the job, and the next one runs", async () => {
  const { failure } = await workThrough({ path: folder });
  expect(failure).toMatchObject({ code: "FOLDER_NOT_ALLOWED" });
  await put("a.png");
  expect((await workThrough()).pictures).toHaveLength(2);
});
