import { expect, test } from "vitest";
import { ViewLoader } from "./view-loader.ts";

const view = () => null;

function loader(importModule: (file: string) => Promise<{ default: typeof view }>) {
  const sheets: string[] = [];
  const assets = { slider: { js: "slider.js", css: "slider.css" }, button: { js: "button.js" } };
  return {
    sheets,
    views: new ViewLoader({
      basicViews: new Map([["row", view]]),
      assets,
      importModule,
      addStyleSheet: (file) => sheets.push(file),
    }),
  };
}

test("a view is fetched once with its style sheet, however often it is asked for", async () => {
  const fetched: string[] = [];
  const { views, sheets } = loader(async (file) => {
    fetched.push(file);
    return { default: view };
  });
  expect(views.get("slider")).toBeUndefined();
  await Promise.all([views.load("slider"), views.load("slider")]);
  await views.load("slider");
  expect([fetched, sheets]).toEqual([["slider.js"], ["slider.css"]]);
  expect(views.get("slider")).toBe(view);
});

test("a view that came with the page's script is there at once, and never fetched", async () => {
  const { views } = loader(() => Promise.reject(new Error("not to be fetched")));
  expect(views.get("row")).toBe(view);
  await views.load("row");
});

test("a view that could not be fetched can be asked for again", async () => {
  let isUp = false;
  const { views } = loader(async () => {
    if (!isUp) throw new Error("offline");
    return { default: view };
  });
  await expect(views.load("button")).rejects.toThrow("offline");
  isUp = true;
  await views.load("button");
  expect(views.get("button")).toBe(view);
});

test("a type without a view is refused by name", async () => {
  await expect(loader(async () => ({ default: view })).views.load("hologram")).rejects.toThrow(
    'There is no view for "hologram".',
  );
});
