// @vitest-environment happy-dom
import type { FileRef } from "@vitrine/core";
import { configure, fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import { exampleFile } from "../shared/example-file.ts";
import FileView from "./file-view.tsx";

// A busy machine takes its time; what never comes still fails.
configure({ asyncUtilTimeout: 30_000 });

afterEach(() => document.body.replaceChildren());

const props = { label: "Data", fileCount: "multiple", fileTypes: [] };
const a = exampleFile("a.txt", "text/plain");
const b = exampleFile("b.txt", "text/plain");

function choose(...names: string[]): void {
  const files = names.map((name) => new File(["x"], name, { type: "text/plain" }));
  fireEvent.change(screen.getByLabelText(/Data/), { target: { files } });
}

function shownNames(): string[] {
  return screen.queryAllByRole("listitem").map((row) => within(row).getAllByRole("button")[0]?.title ?? "");
}

const page = {
  upload: async (file: Blob & { name?: string }): Promise<FileRef> => exampleFile(file.name ?? "", file.type),
};

test("chosen files are added in their order, and upload is reported once", async () => {
  const view = drawView(FileView, { payload: [a], props, page });
  choose("b.txt", "c.txt");
  await waitFor(() => expect(shownNames()).toEqual(["a.txt", "b.txt", "c.txt"]));
  expect(view.emitted).toEqual([{ event: "upload", data: undefined }]);
});

test("two choices at once lose no file", async () => {
  const view = drawView(FileView, { payload: [], props, page });
  choose("b.txt");
  choose("c.txt");
  await waitFor(() => expect(view.payload.map(({ name }) => name).sort()).toEqual(["b.txt", "c.txt"]));
});

test("where one file is expected, another takes its place", async () => {
  const view = drawView(FileView, { payload: [a], props: { ...props, fileCount: "single" }, page });
  choose("b.txt", "c.txt");
  await waitFor(() => expect(view.payload.map(({ name }) => name)).toEqual(["b.txt"]));
});

test("files of another type are refused with the reason, the others arrive", async () => {
  const view = drawView(FileView, { payload: [], props: { ...props, fileTypes: [".txt"] }, page });
  choose("b.txt", "c.exe");
  await waitFor(() => expect(view.payload.map(({ name }) => name)).toEqual(["b.txt"]));
  expect(screen.getByRole("alert").textContent).toBe("Expected .txt.");
  expect(screen.getByLabelText(/Data/).getAttribute("accept")).toBe(".txt");
});

test("removing one file reports which, removing all reports clear", () => {
  const view = drawView(FileView, { payload: [a, b], props });
  fireEvent.click(screen.getByRole("button", { name: "Remove a.txt" }));
  expect(view.payload).toEqual([b]);
  expect(view.emitted).toEqual([{ event: "delete", data: { index: 0, value: "a.txt" } }]);
  view.set([a, b]);
  fireEvent.click(screen.getByRole("button", { name: "Remove all files" }));
  expect(view.payload).toEqual([]);
  expect(view.emitted.at(-1)).toEqual({ event: "clear", data: undefined });
});

test("files change places by buttons where that is allowed", () => {
  const view = drawView(FileView, { payload: [a, b], props: { ...props, allowReordering: true } });
  fireEvent.click(screen.getByRole("button", { name: "Move b.txt up" }));
  expect(view.payload).toEqual([b, a]);
  expect(screen.getByRole("button", { name: "Move b.txt up" }).hasAttribute("disabled")).toBe(true);
  view.unmount();
  drawView(FileView, { payload: [a, b], props });
  expect(screen.queryByRole("button", { name: "Move b.txt up" })).toBeNull();
});

test("a list to look at offers downloads and nothing else, and reports them", () => {
  const view = drawView(FileView, { payload: [a], props, interactive: false });
  const link = screen.getByRole("link", { name: "Download a.txt" });
  expect(link.getAttribute("href")).toBe(`${a.url}?download`);
  link.addEventListener("click", (event) => event.preventDefault());
  fireEvent.click(link);
  fireEvent.click(screen.getByTitle("a.txt"));
  expect(view.emitted).toEqual([
    { event: "download", data: { index: 0, value: "a.txt" } },
    { event: "select", data: { index: 0, value: "a.txt" } },
  ]);
  expect(screen.queryByRole("button", { name: /Remove/ })).toBeNull();
  view.set([]);
  expect(view.container.textContent).toContain("No files yet");
});

test("a name is text, whatever stands in it, and a long one keeps its end", () => {
  const name = `<img src=x onerror=alert(1)>${"x".repeat(100)}.tar.gz`;
  const view = drawView(FileView, { payload: [exampleFile(name, "text/plain")], props });
  expect(view.container.querySelector("img")).toBeNull();
  expect(screen.getByTitle(name).textContent).toBe(name);
});
