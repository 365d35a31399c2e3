import { expect, test } from "vitest";
import { toDiskName, toShownName } from "./safe-name.ts";

test.each([
  ["../../etc/passwd", "passwd"],
  ["..\\..\\win.ini", "win.ini"],
  ["C:\\Users\\me\\photo.png", "photo.png"],
  ["/etc/cron.d/x", "x"],
  ["", "file"],
  ["..", "file"],
  ["a\0b\r\nX: y.png", "abX: y.png"],
  ["\u202egnp.exe", "gnp.exe"],
  ["lone \ud800 half.txt", "lone  half.txt"],
])("shows %j as %j", (given, shown) => {
  expect(toShownName(given)).toBe(shown);
});

test.each(["日本 語.png", "a..b.png", ".hidden-but-mine.png", "100%.png", "naïve – “quotes”.txt", "👩‍🚀.gif"])(
  "keeps %j as it is",
  (name) => {
    expect(toShownName(name)).toBe(name);
  },
);

test("cuts a long name between characters to 200 bytes and keeps its extension", () => {
  expect(toShownName(`${"x".repeat(300)}.png`)).toBe(`${"x".repeat(196)}.png`);
  const japanese = toShownName(`${"語".repeat(300)}.jpeg`);
  expect(japanese).toBe(`${"語".repeat(65)}.jpeg`);
  expect(Buffer.byteLength(japanese)).toBe(200);
});

test.each([
  ["con", "_con"],
  ["NUL.png", "_NUL.png"],
  ["com1.txt", "_com1.txt"],
  ["console.log", "console.log"],
  [".env", "_env"],
  ["-rf", "_rf"],
  ["x.png::$DATA", "x.png__$DATA"],
  ["ends. .", "ends_"],
  ["日本 語.png", "日本 語.png"],
])("stores %j as %j", (shown, stored) => {
  expect(toDiskName(shown)).toBe(stored);
});
