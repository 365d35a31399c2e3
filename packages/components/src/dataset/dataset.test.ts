import { expect, test } from "vitest";
import { Slider } from "../slider/slider.ts";
import { Dataset } from "./dataset.ts";

const context = {
  files: { open: () => Promise.reject(new Error("none")), keep: () => Promise.reject(new Error("none")) },
};

test("shows each value as its component previews it, and nothing for what is missing", async () => {
  const dataset = new Dataset({
    components: [new Slider({ label: "A" }), new Slider({ label: "B" })],
    samples: [
      [1, 2],
      [3, null],
    ],
  });
  expect(await dataset.initialPayload(context)).toEqual({
    rows: [
      [{ text: "1" }, { text: "2" }],
      [{ text: "3" }, { text: "" }],
    ],
  });
  expect(dataset.props(() => "b0" as never)).toMatchObject({ headers: ["A", "B"], samplesPerPage: 10 });
});
