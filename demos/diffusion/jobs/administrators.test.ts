import { expect, test } from "vitest";
import { Administrators } from "./administrators.ts";

const token = "a-token-of-some-length";

test("the token makes a session the administrator's; nothing else does, and no other session gains by it", () => {
  const administrators = new Administrators(token);
  expect(
    ["", "a-token", `${token} `, token.toUpperCase()].map((wrong) => administrators.signIn("ann", wrong)),
  ).toEqual([false, false, false, false]);
  expect(administrators.has("ann")).toBe(false);
  expect(administrators.signIn("ann", token)).toBe(true);
  expect([administrators.has("ann"), administrators.has("bob")]).toEqual([true, false]);
  expect(() => administrators.require("bob")).toThrow(expect.objectContaining({ code: "ADMIN_ONLY" }));
  expect(() => administrators.require("ann")).not.toThrow();
  administrators.forget("ann");
  expect(administrators.has("ann")).toBe(false);
});

test("without a token nobody is, whatever they say", () => {
  const administrators = new Administrators();
  expect(administrators.isPossible).toBe(false);
  expect(["", "undefined"].map((guess) => administrators.signIn("ann", guess))).toEqual([false, false]);
});

test("a token that can be guessed is refused", () => {
  expect(() => new Administrators("admin")).toThrow(expect.objectContaining({ code: "ADMIN_TOKEN" }));
});
