import { toBlockId, type BlockConfig } from "@vitrine/core";
import { expect, test } from "vitest";
import { applyOutput } from "./apply-output.ts";
import { BlockStore } from "./block-store.ts";

const id = toBlockId("b1");
const root: BlockConfig = {
  id: toBlockId("b0"),
  type: "app",
  key: "0",
  props: {},
  children: [{ id, type: "textbox", key: "0/0", props: { label: "Text" }, payload: "", emptyPayload: "" }],
};
const newJob = () => ({ lastPayloads: new Map() });

test("changes apply to what the same job gave last, whatever another job showed in between", () => {
  const store = new BlockStore(root);
  const job = newJob();
  applyOutput(store, job, [{ blockId: id, payload: "Hello" }]);
  applyOutput(store, newJob(), [{ blockId: id, payload: "from another" }]);
  applyOutput(store, job, [{ blockId: id, changes: [["append", [], ", world"]] }]);
  expect(store.payloadOf(id)).toBe("Hello, world");
});

test("changes reach into lists and objects, and leave what they do not touch as it was", () => {
  const store = new BlockStore(root);
  const job = newJob();
  const first = [
    { role: "user", text: "hi" },
    { role: "assistant", text: "He" },
  ];
  applyOutput(store, job, [{ blockId: id, payload: first }]);
  applyOutput(store, job, [{ blockId: id, changes: [["append", [1, "text"], "llo"]] }]);
  const shown = store.payloadOf(id) as typeof first;
  expect(shown).toEqual([
    { role: "user", text: "hi" },
    { role: "assistant", text: "Hello" },
  ]);
  expect(shown[0]).toBe(first[0]);
});

test("props are merged, and only blocks whose payload differs are reported as changed", () => {
  const store = new BlockStore(root);
  expect(applyOutput(store, newJob(), [{ blockId: id, payload: "", props: { info: "new" } }])).toEqual([]);
  expect(store.node(id)?.props.value).toEqual({ label: "Text", info: "new" });
  expect(applyOutput(store, newJob(), [{ blockId: id, payload: "x" }])).toEqual([id]);
});

test("an update for a block the page does not have is left alone", () => {
  expect(applyOutput(new BlockStore(root), newJob(), [{ blockId: toBlockId("b99"), payload: 1 }])).toEqual(
    [],
  );
});
