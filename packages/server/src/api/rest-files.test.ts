import sharp from "sharp";
import { expect, test } from "vitest";
import { openSite } from "../testing/open-site.ts";
import { call, restWorkshop, serveOnce } from "../testing/rest-workshop.ts";

const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: "red" } })
  .png()
  .toBuffer();

/** An app with an endpoint for each thing a program may want of one. */ test("a picture goes in by an upload, a data: URL or an address, and comes out as an address", async () => {
  await using other = await serveOnce(picture);
  await using site = await openSite(restWorkshop(), { allowedFetchHosts: [other.host] });
  const uploaded = await fetch(`${site.url}/api/upload?name=red.png`, { method: "POST", body: picture });
  expect(uploaded.status).toBe(201);
  const file = (await uploaded.json()) as { url: string };
  expect(file).toMatchObject({ name: "red.png", mimeType: "image/png", sizeBytes: picture.length });
  const addresses = [
    file.url,
    file,
    new URL(file.url).pathname,
    `data:image/png;base64,${picture.toString("base64")}`,
    `http://${other.host}/red.png`,
    { url: `http://${other.host}/red.png`, name: "mine.png" },
  ];
  for (const bytes of addresses) {
    const { body } = await call(site, "halve", { bytes });
    const { halved } = body.data as unknown as { halved: { url: string; mimeType: string } };
    expect(halved).toMatchObject({
      mimeType: "image/png",
      name: expect.any(String),
      sizeBytes: expect.any(globalThis.Number),
    });
    const shown = Buffer.from(await (await fetch(halved.url)).arrayBuffer());
    expect((await sharp(shown).metadata()).width).toBe(2);
  }
});

test("a form uploads its one file; no file, several, and what is no form are refused", async () => {
  await using site = await openSite(restWorkshop(), { maxUploadBytes: 1000 });
  const upload = async (body: FormData | string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${site.url}/api/upload`, { method: "POST", body, headers });
    return { status: response.status, body: (await response.json()) as object };
  };
  const form = (...contents: string[]) => {
    const data = new FormData();
    data.append("note", "some field");
    for (const content of contents) data.append("file", new Blob([content]), "büro.txt");
    return data;
  };
  expect(await upload(form("hello"))).toMatchObject({
    status: 201,
    body: { name: "büro.txt", sizeBytes: 5, mimeType: "text/plain" },
  });
  const refused = (code: string) => ({
    status: code === "FILE_TOO_LARGE" ? 413 : 422,
    body: { error: { code } },
  });
  expect(await upload(form())).toMatchObject(refused("PAYLOAD_INVALID"));
  expect(await upload(form("a", "b"))).toMatchObject(refused("PAYLOAD_INVALID"));
  expect(await upload(form("x".repeat(1001)))).toMatchObject(refused("FILE_TOO_LARGE"));
  expect(await upload("x".repeat(1001))).toMatchObject(refused("FILE_TOO_LARGE"));
  const odd = { "content-type": "multipart/form-data; boundary=x" };
  expect(await upload("no form at all", odd)).toMatchObject(refused("PAYLOAD_INVALID"));
  expect(await upload("x", { "content-type": "multipart/form-data;" })).toMatchObject(
    refused("PAYLOAD_INVALID"),
  );
});

test("one file may stand for a list of one, and what may be null may be left out", async () => {
  await using site = await openSite(restWorkshop());
  expect((await call(site, "list", { papers: "data:text/plain,hello" })).body.data).toEqual({
    told: [{ name: "file.txt", sizeBytes: 5 }],
  });
  const file = `data:image/png;base64,${picture.toString("base64")}`;
  const { body } = await call(site, "shelve", { pictures: [{ file, caption: "red" }, { file }] });
  expect(body.data).toMatchObject({
    shelf: [
      { caption: "red", file: { mimeType: "image/png" } },
      { caption: null, file: { url: expect.stringMatching(/^http:/) } },
    ],
  });
});
