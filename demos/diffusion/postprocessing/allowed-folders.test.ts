import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AllowedFolders } from "./allowed-folders.ts";

let place: string;
let folders: AllowedFolders;
beforeEach(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), "allowed-")));
  for (const name of ["a/photos/summer", "b/photos", "secret"])
    await mkdir(join(place, name), { recursive: true });
  await symlink(join(place, "secret"), join(place, "a/photos/link"));
  await symlink(join(place, "a/photos"), join(place, "shortcut"));
  folders = new AllowedFolders([join(place, "a/photos"), join(place, "b/photos"), join(place, "shortcut")]);
});
afterEach(() => rm(place, { recursive: true }));

describe("a folder that visitors may work in", () => {
  test("has a name of its own, and is found by it, with folders below, or by its whole path", async () => {
    expect(folders.names).toEqual(["photos", "photos-2", "photos-3"]);
    expect(await folders.find(" photos ")).toBe(join(place, "a/photos"));
    expect(await folders.find("photos/summer")).toBe(join(place, "a/photos/summer"));
    expect(await folders.find("photos\\summer")).toBe(join(place, "a/photos/summer"));
    expect(await folders.find("photos-2/new/one")).toBe(join(place, "b/photos/new/one"));
    expect(await folders.find(join(place, "a/photos/summer"))).toBe(join(place, "a/photos/summer"));
    expect(await folders.find("photos-3")).toBe(join(place, "a/photos"));
  });

  test("is told by name, whatever lies above it", () => {
    expect(folders.nameOf(join(place, "a/photos/summer"))).toBe("photos/summer");
    expect(folders.nameOf(join(place, "b/photos"))).toBe("photos-2");
    expect(folders.nameOf(join(place, "secret"))).toBe("secret");
  });
});

test.each([
  ["a name there is not", "secret", 'There is no folder "secret"; there are: photos, photos-2, photos-3.'],
  ["a way up", "photos/../../secret", 'The folder "secret" is not below an allowed one.'],
  ["a way up alone", "..", 'There is no folder ".."'],
  ["a link that leads out", "photos/link", "is not below an allowed one."],
  ["what lies behind a link that leads out", "photos/link/deep/er", "is not below an allowed one."],
  ["a path of the system", "/etc", 'The folder "etc" is not below an allowed one.'],
])("%s is refused: %s", async (_words, text, message) => {
  await expect(folders.find(text)).rejects.toMatchObject({
    code: "FOLDER_NOT_ALLOWED",
    message: expect.stringContaining(message),
  });
});

test("a neighbour whose name begins alike is refused, and no name is asked for one", async () => {
  await mkdir(join(place, "a/photos-old"));
  await expect(folders.find(join(place, "a/photos-old"))).rejects.toMatchObject({
    code: "FOLDER_NOT_ALLOWED",
  });
  await expect(folders.find("  ")).rejects.toMatchObject({ code: "FOLDER_UNREADABLE" });
});
