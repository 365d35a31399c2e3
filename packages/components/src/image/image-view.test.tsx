// @vitest-environment happy-dom
import type { FileRef } from "@vitrine/core";
import { configure, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import { exampleFile } from "../shared/example-file.ts";
import ImageView from "./image-view.tsx";

// A busy machine takes its time; what never comes still fails.
configure({ asyncUtilTimeout: 30_000 });

afterEach(() => document.body.replaceChildren());

const props = {
  label: "Photo",
  sources: ["upload", "clipboard", "webcam"],
  buttons: ["download", "fullscreen"],
};
const picture = exampleFile("cat.png", "image/png");
const chosen = new File(["x"], "cat.png", { type: "image/png" });

function choose(input: HTMLElement, ...files: File[]): void {
  fireEvent.change(input, { target: { files } });
}

test("a chosen picture is uploaded and shown, and upload is reported", async () => {
  const uploaded: string[] = [];
  const page = {
    upload: async (file: Blob & { name?: string }): Promise<FileRef> => {
      uploaded.push(file.name ?? "");
      return picture;
    },
  };
  const view = drawView(ImageView, { payload: null, props, page });
  choose(screen.getByLabelText(/Photo/), chosen, new File(["y"], "second.png", { type: "image/png" }));
  await waitFor(() => expect(view.payload).toEqual(picture));
  expect(uploaded).toEqual(["cat.png"]);
  expect(view.emitted).toEqual([{ event: "upload", data: undefined }]);
  expect(screen.getByRole("img", { name: "Photo" }).getAttribute("src")).toBe(picture.url);
});

test("while a picture is on its way its progress is shown, and it can be stopped", async () => {
  let signal: AbortSignal | undefined;
  const page = {
    upload: (_: Blob, options: { onProgress?: (fraction: number) => void; signal?: AbortSignal }) => {
      signal = options.signal;
      options.onProgress?.(0.25);
      return new Promise<FileRef>((_resolve, reject) => {
        options.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    },
  };
  const view = drawView(ImageView, { payload: null, props, page });
  choose(screen.getByLabelText(/Photo/), chosen);
  const bar = await screen.findByRole("progressbar", { name: "Upload of cat.png" });
  await waitFor(() => expect(bar.getAttribute("value")).toBe("0.25"));
  fireEvent.click(screen.getByRole("button", { name: "Cancel the upload of cat.png" }));
  await waitFor(() => expect(screen.queryByRole("progressbar")).toBeNull());
  expect(signal?.aborted).toBe(true);
  expect(view.payload).toBeNull();
  expect(screen.queryByRole("alert")).toBeNull();
});

test.each([
  ["of another type", new File(["x"], "notes.txt", { type: "text/plain" }), "Expected image files."],
  [
    "that is too large",
    new File([new Uint8Array(1001)], "big.png", { type: "image/png" }),
    "Larger than the 1 kB allowed.",
  ],
])("a file %s is refused before it is sent, with the reason", async (_, file, reason) => {
  const upload = vi.fn();
  drawView(ImageView, { payload: null, props, page: { upload, maxUploadBytes: 1000 } });
  choose(screen.getByLabelText(/Photo/), file);
  expect((await screen.findByRole("alert")).textContent).toBe(reason);
  expect(upload).not.toHaveBeenCalled();
});

test("what the server says of a failed upload stays beside it until it is dismissed", async () => {
  const page = { upload: () => Promise.reject(new Error("This session's files are full.")) };
  drawView(ImageView, { payload: null, props, page });
  choose(screen.getByLabelText(/Photo/), chosen);
  expect((await screen.findByRole("alert")).textContent).toBe("This session's files are full.");
  fireEvent.click(screen.getByRole("button", { name: "Dismiss cat.png" }));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

test("a picture dropped on the one that is shown takes its place; the old one stays until then", async () => {
  const next = { ...exampleFile("dog.png", "image/png"), url: "files/key/next/dog.png" };
  const view = drawView(ImageView, { payload: picture, props, page: { upload: async () => next } });
  const zone = view.container.querySelector('[data-part="picture"]');
  if (!zone) throw new Error("There is no picture part.");
  const drop = new Event("drop", { bubbles: true, cancelable: true });
  Object.defineProperty(drop, "dataTransfer", { value: { types: ["Files"], items: [], files: [chosen] } });
  fireEvent(zone, drop);
  expect(drop.defaultPrevented).toBe(true);
  expect(view.payload).toEqual(picture);
  await waitFor(() => expect(view.payload).toEqual(next));
});

test("a pasted picture is taken while the component has the focus, and not otherwise", async () => {
  const view = drawView(ImageView, { payload: null, props, page: { upload: async () => picture } });
  const paste = () => fireEvent.paste(document, { clipboardData: { files: [chosen] } });
  paste();
  screen.getByLabelText(/Photo/).focus();
  expect(view.payload).toBeNull();
  paste();
  await waitFor(() => expect(view.payload).toEqual(picture));
});

test("removing it empties the component and reports clear", () => {
  const view = drawView(ImageView, { payload: picture, props });
  fireEvent.click(screen.getByRole("button", { name: "Remove the picture" }));
  expect(view.payload).toBeNull();
  expect(view.emitted).toEqual([{ event: "clear", data: undefined }]);
});

test("the download is the original under its own name", () => {
  drawView(ImageView, { payload: picture, props });
  const link = screen.getByRole("link", { name: "Download cat.png" });
  expect(link.getAttribute("href")).toBe(`${picture.url}?download`);
  expect(link.getAttribute("download")).toBe("cat.png");
});

test("a click reports the pixel of the picture under it", () => {
  const view = drawView(ImageView, { payload: picture, props });
  const image = screen.getByRole("img", { name: "Photo" });
  Object.defineProperties(image, { naturalWidth: { value: 400 }, naturalHeight: { value: 200 } });
  image.getBoundingClientRect = () => new DOMRect(10, 10, 200, 100);
  fireEvent.click(image, { clientX: 110, clientY: 30 });
  expect(view.emitted).toEqual([{ event: "select", data: { index: [200, 40] } }]);
});

test("a picture that may not be changed offers no way to change it, one that is missing an empty place", () => {
  const view = drawView(ImageView, { payload: picture, props, interactive: false });
  expect(screen.queryByRole("button", { name: "Remove the picture" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Paste" })).toBeNull();
  view.set(null);
  expect(view.container.querySelector("input")).toBeNull();
  expect(view.container.querySelector('[data-part="empty"]')).not.toBeNull();
});

test("a picture that the browser cannot show is named, and the next one is shown again", () => {
  const view = drawView(ImageView, { payload: picture, props });
  fireEvent.error(screen.getByRole("img", { name: "Photo" }));
  expect(screen.queryByRole("img", { name: "Photo" })).toBeNull();
  expect(view.container.textContent).toContain("cat.png cannot be shown by this browser");
  view.set({ ...picture, url: "files/other.png" });
  expect(screen.getByRole("img", { name: "Photo" }).getAttribute("src")).toBe("files/other.png");
});

test("a camera is asked for only when the visitor opens it, and one that is not to be had is explained", async () => {
  drawView(ImageView, { payload: null, props: { ...props, sources: ["webcam"] } });
  expect(screen.queryByRole("button", { name: "Take picture" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Camera" }));
  expect((await screen.findByRole("alert")).textContent).toMatch(/camera/i);
  fireEvent.click(screen.getByRole("button", { name: "Close the camera" }));
  expect(screen.queryByRole("alert")).toBeNull();
});

test("full screen is a dialog that gives way to the page again", async () => {
  drawView(ImageView, { payload: picture, props });
  fireEvent.click(screen.getByRole("button", { name: "Show full screen" }));
  expect((await screen.findByRole("dialog", { name: "Photo" })).hasAttribute("open")).toBe(true);
  fireEvent.click(screen.getByRole("button", { name: "Close" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});
