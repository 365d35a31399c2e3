// @vitest-environment happy-dom
import type { FileRef } from "@vitrine/core";
import { configure, fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import { exampleFile } from "../shared/example-file.ts";
import type { GalleryItem } from "./gallery-payload.ts";
import GalleryView from "./gallery-view.tsx";

// A busy machine takes its time; what never comes still fails.
configure({ asyncUtilTimeout: 30_000 });

afterEach(() => document.body.replaceChildren());

const props = { label: "Cats", columns: 3, buttons: ["download", "fullscreen"], selectedIndex: null };

function item(name: string, caption: string | null = null): GalleryItem {
  const file = { ...exampleFile(name, "image/png"), url: `files/${name}` };
  const thumbnail = { ...exampleFile(`${name}.webp`, "image/webp"), url: `files/small-${name}` };
  return { file, thumbnail, caption, width: 1600, height: 900 };
}

const payload = [item("one.png", "First"), item("two.png"), item("three.png", "Third")];

function large(): HTMLElement {
  return screen.getByRole("group", { name: /Cats, picture/ });
}

function largeUrl(): string | null | undefined {
  return large().querySelector(".vt-gallery-media")?.getAttribute("src");
}

test("the grid shows small copies, a click the original large, with its caption", () => {
  const view = drawView(GalleryView, { payload, props });
  expect(view.container.querySelector("img")?.getAttribute("src")).toBe("files/small-one.png");
  fireEvent.click(screen.getByRole("button", { name: "First" }));
  expect(largeUrl()).toBe("files/one.png");
  expect(large().querySelector(".vt-gallery-words")?.textContent).toBe("First");
  expect(view.emitted).toEqual([
    { event: "select", data: { index: 0, value: "one.png", caption: "First" } },
    { event: "previewOpen", data: { index: 0 } },
  ]);
});

test("arrow keys go round, Home and End to the ends, Escape back to the grid", () => {
  const view = drawView(GalleryView, { payload, props });
  fireEvent.click(screen.getByRole("button", { name: "two.png" }));
  for (const [key, url] of [
    ["ArrowRight", "files/three.png"],
    ["ArrowRight", "files/one.png"],
    ["ArrowLeft", "files/three.png"],
    ["Home", "files/one.png"],
    ["End", "files/three.png"],
  ]) {
    fireEvent.keyDown(large(), { key });
    expect(largeUrl()).toBe(url);
  }
  fireEvent.keyDown(large(), { key: "Escape" });
  expect(screen.queryByRole("group", { name: /Cats, picture/ })).toBeNull();
  expect(view.emitted.at(-1)).toEqual({ event: "previewClose", data: undefined });
});

test("the strip leads to every picture and says which is shown", () => {
  drawView(GalleryView, { payload, props: { ...props, selectedIndex: 0 } });
  const strip = large().querySelector<HTMLElement>(".vt-gallery-strip");
  if (!strip) throw new Error("There is no strip.");
  fireEvent.click(within(strip).getByRole("button", { name: "Third" }));
  expect(largeUrl()).toBe("files/three.png");
  expect(within(strip).getByRole("button", { name: "Third" }).getAttribute("aria-current")).toBe("true");
});

test("a picture a visitor opens takes the focus, one the app opens takes it from nobody", () => {
  const view = drawView(GalleryView, { payload, props: { ...props, selectedIndex: 1 } });
  expect(document.activeElement).toBe(document.body);
  view.change({ props });
  fireEvent.click(screen.getByRole("button", { name: "First" }));
  expect(document.activeElement).toBe(large());
});

test("the app decides which picture is large, and an index beyond the pictures shows the grid", () => {
  const view = drawView(GalleryView, { payload, props: { ...props, selectedIndex: 2 } });
  expect(largeUrl()).toBe("files/three.png");
  view.change({ props: { ...props, selectedIndex: 9 } });
  expect(screen.getAllByRole("listitem")).toHaveLength(3);
});

test("without preview a click only selects", () => {
  const view = drawView(GalleryView, { payload, props: { ...props, allowPreview: false } });
  fireEvent.click(screen.getByRole("button", { name: "two.png" }));
  expect(view.emitted.map(({ event }) => event)).toEqual(["select"]);
  expect(screen.getByRole("button", { name: "two.png" }).getAttribute("aria-pressed")).toBe("true");
});

test("the download is the original, not the small copy", () => {
  drawView(GalleryView, { payload, props: { ...props, selectedIndex: 0 } });
  expect(screen.getByRole("link", { name: "Download one.png" }).getAttribute("href")).toBe(
    "files/one.png?download",
  );
});

test("visitors add and remove pictures where they may, and only there", async () => {
  const page = {
    upload: async (file: Blob & { name?: string }): Promise<FileRef> =>
      exampleFile(file.name ?? "", file.type),
  };
  const view = drawView(GalleryView, { payload: [item("one.png")], props, page });
  const files = [new File(["x"], "new.png", { type: "image/png" })];
  fireEvent.change(screen.getByLabelText(/Cats/), { target: { files } });
  await waitFor(() => expect(view.payload.map(({ file }) => file.name)).toEqual(["one.png", "new.png"]));
  fireEvent.click(screen.getByRole("button", { name: "Remove one.png" }));
  expect(view.payload.map(({ file }) => file.name)).toEqual(["new.png"]);
  expect(view.emitted).toEqual([
    { event: "upload", data: undefined },
    { event: "delete", data: { index: 0, value: "one.png" } },
  ]);
  view.unmount();
  drawView(GalleryView, { payload, props, interactive: false });
  expect(screen.queryByRole("button", { name: /Remove/ })).toBeNull();
  expect(screen.queryByLabelText(/Add more/)).toBeNull();
});
