import { expect, test } from "vitest";
import { Checkbox } from "./checkbox.ts";

test("gives true or false, and shows null as false", async () => {
  expect(new Checkbox().preprocess(true)).toBe(true);
  expect(new Checkbox().postprocess(null)).toBe(false);
  expect(await new Checkbox({ value: true }).initialPayload({} as never)).toBe(true);
});

test("refuses to show what is neither", () => {
  expect(() => new Checkbox({ label: "News" }).postprocess("yes" as never)).toThrow(
    '"News" shows true or false, got "yes".',
  );
});
