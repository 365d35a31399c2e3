import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import filesDemo from "../../demos/files/app.ts";
import imageLabels from "../../demos/image-labels/app.ts";
import sepiaFilter from "../../demos/sepia-filter/app.ts";
import { unzipSync, strFromU8 } from "fflate";
import sharp from "sharp";
import { File as FileComponent, Interface } from "vitrine";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openBrowser, type TestBrowser } from "../lib/browser.ts";
import { serve } from "../lib/serve.ts";

let browser: TestBrowser;
let folder: string;
beforeAll(async () => {
  browser = await openBrowser();
  folder = await mkdtemp(join(tmpdir(), "vitrine-journey-"));
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
afterEach(() => expect(browser.faults).toEqual([]));

async function writePicture(name: string, colour: string): Promise<string> {
  const path = join(folder, name);
  await sharp({ create: { width: 320, height: 200, channels: 3, background: colour } })
    .png()
    .toFile(path);
  return path;
}

test("files: many in, one archive out, under their own names", async () => {
  await using app = await serve(filesDemo);
  const page = await browser.visit(app.url);
  const names = ["a plain name.txt", "ünïcode ☃.txt"];
  for (const name of names) await writeFile(join(folder, name), `content of ${name}`);
  await page
    .locator("[data-type=file] input[type=file]")
    .first()
    .setInputFiles(names.map((name) => join(folder, name)));
  for (const name of names) await page.getByText(name).first().waitFor();
  await page.getByRole("button", { name: "Submit" }).click();
  const link = page.getByRole("link", { name: /archive\.zip/ });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(download.suggestedFilename()).toBe("archive.zip");
  const entries = unzipSync(await readFile(await download.path()));
  expect(
    Object.fromEntries(Object.entries(entries).map(([name, bytes]) => [name, strFromU8(bytes)])),
  ).toEqual(Object.fromEntries(names.map((name) => [name, `content of ${name}`])));
});

const listed = () =>
  new Interface(
    (files) => files.map(({ name, sizeBytes }) => `${name} ${sizeBytes}`).join(", "),
    new FileComponent({ label: "folder", fileCount: "directory", fileTypes: [".txt"] }),
    "text",
  );

/** A folder with a folder in it, and a file of a type that is not taken. */
async function writeFolder(): Promise<string> {
  const path = join(folder, "papers");
  await mkdir(join(path, "inner"), { recursive: true });
  await writeFile(join(path, "b.txt"), "bb");
  await writeFile(join(path, "picture.png"), "no text");
  await writeFile(join(path, "inner", "a.txt"), "a");
  await writeFile(join(path, "inner", "c.txt"), "ccc");
  return path;
}

test("a folder that is chosen brings the files in it and below, of the types that are taken", async () => {
  await using app = await serve(listed());
  const page = await browser.visit(app.url);
  await page.locator("[data-type=file] input[type=file]").setInputFiles(await writeFolder());
  await page.locator("[data-part=file]").nth(2).waitFor();
  await page.getByRole("button", { name: "Submit" }).click();
  const shown = page.getByLabel("output");
  const names = async () => (await shown.inputValue()).split(", ").sort();
  await expect.poll(names).toEqual(["a.txt 1", "b.txt 2", "c.txt 3"]);
  expect(await page.getByText("picture.png").count()).toBe(0);
});

test("a folder that is dropped does the same", async () => {
  await using app = await serve(listed());
  const page = await browser.visit(app.url);
  const zone = page.locator("[data-part=drop-zone]");
  const box = (await zone.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const data = { items: [], files: [await writeFolder()], dragOperationsMask: 1 };
  const devtools = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await devtools.send("Input.dispatchDragEvent", { type, x, y, data });
  await page.locator("[data-part=file]").nth(2).waitFor();
  await page.getByRole("button", { name: "Submit" }).click();
  await expect.poll(() => page.getByLabel("output").inputValue()).toBe("b.txt 2, a.txt 1, c.txt 3");
});

test("sepia-filter: a blue picture comes back brownish, of the same size", async () => {
  await using app = await serve(sepiaFilter);
  const page = await browser.visit(app.url);
  await page
    .locator("[data-type=image] input[type=file]")
    .first()
    .setInputFiles(await writePicture("blue.png", "#3060ff"));
  await page.locator("[data-type=image] img").first().waitFor();
  await page.getByRole("button", { name: "Submit" }).click();
  const shown = page.locator("[data-type=image]").last().locator("img").first();
  await shown.waitFor();
  const source = await shown.getAttribute("src");
  const bytes = Buffer.from(await (await fetch(new URL(source ?? "", app.url))).arrayBuffer());
  const { width, height } = await sharp(bytes).metadata();
  expect([width, height]).toEqual([320, 200]);
  const { channels } = await sharp(bytes).stats();
  expect(channels[0]?.mean ?? 0).toBeGreaterThan(channels[2]?.mean ?? 255);
});

test("image-labels: the colour of a picture is its first label", async () => {
  await using app = await serve(imageLabels);
  const page = await browser.visit(app.url);
  await page
    .locator("[data-type=image] input[type=file]")
    .first()
    .setInputFiles(await writePicture("green.png", "#10c020"));
  await page.locator("[data-type=image] img").first().waitFor();
  await page.getByRole("button", { name: "Submit" }).click();
  await expect.poll(() => page.locator("[data-type=label]").innerText()).toMatch(/green/);
});

test("a picture of one visitor cannot be read by guessing from another's page", async () => {
  await using app = await serve(sepiaFilter);
  const [one, two] = [await browser.visit(app.url), await browser.visit(app.url)];
  await one
    .locator("[data-type=image] input[type=file]")
    .first()
    .setInputFiles(await writePicture("secret.png", "#804020"));
  const own = (await one.locator("[data-type=image] img").first().getAttribute("src")) ?? "";
  await two
    .locator("[data-type=image] input[type=file]")
    .first()
    .setInputFiles(await writePicture("other.png", "#204080"));
  const others = (await two.locator("[data-type=image] img").first().getAttribute("src")) ?? "";
  const parts = own.split("/");
  parts[1] = others.split("/")[1] ?? "";
  expect((await fetch(new URL(own, app.url))).status).toBe(200);
  expect((await fetch(new URL(parts.join("/"), app.url))).status).toBe(404);
});

test("a file that is no picture is refused in words, and the next one is taken", async () => {
  await using app = await serve(sepiaFilter);
  const page = await browser.visit(app.url);
  const fake = join(folder, "fake.png");
  await writeFile(fake, "this is no picture");
  await page.locator("[data-type=image] input[type=file]").first().setInputFiles(fake);
  await page.getByRole("button", { name: "Submit" }).click();
  await page.getByRole("alert").first().waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page
    .locator("[data-type=image] input[type=file]")
    .first()
    .setInputFiles(await writePicture("true.png", "#aa5500"));
  await page.locator("[data-type=image] img").first().waitFor();
  await page.getByRole("button", { name: "Submit" }).click();
  await page.locator("[data-type=image]").last().locator("img").first().waitFor();
});
