import { toBlockId, type BlockConfig, type Json } from "@vitrine/core";
import { expect, test } from "vitest";
import { BlockStore } from "./block-store.ts";

const name = toBlockId("b1");
const greeting = toBlockId("b2");

function rootWith(payloads: readonly [Json, Json]): BlockConfig {
  const child = (id: typeof name, key: string, payload: Json) => ({
    id,
    type: "textbox",
    key,
    props: {},
    payload,
    emptyPayload: "",
  });
  return {
    id: toBlockId("b0"),
    type: "app",
    key: "0",
    props: {},
    children: [
      {
        id: toBlockId("b3"),
        type: "row",
        key: "0/0",
        props: {},
        children: [child(name, "0/0/0", payloads[0]), child(greeting, "0/0/1", payloads[1])],
      },
    ],
  };
}

test("finds blocks at any depth; a State, which is not on the page, has no payload", () => {
  const store = new BlockStore(rootWith(["Ada", ""]));
  expect(store.payloadOf(name)).toBe("Ada");
  expect(store.payloadOf(toBlockId("b9"))).toBeNull();
});

test("says whether a value differs by content, not by identity", () => {
  const store = new BlockStore(rootWith([{ a: [1, { b: null }] }, ""]));
  expect(store.enter(name, { a: [1, { b: null }] })).toBe(false);
  expect(store.enter(name, { a: [1, { b: 0 }] })).toBe(true);
  expect(store.enter(name, [1])).toBe(true);
  expect(store.enter(name, { 0: 1 })).toBe(true);
});

test("a snapshot replaces what listeners had shown and keeps what the visitor entered since", () => {
  const store = new BlockStore(rootWith(["", ""]));
  store.enter(name, "typed");
  store.show(greeting, "old");
  store.applySnapshot({
    payloads: { [name]: "from the server", [greeting]: "newer" },
    props: { [greeting]: { label: "G" } },
    jobs: [],
  });
  expect([store.payloadOf(name), store.payloadOf(greeting)]).toEqual(["typed", "newer"]);
  expect(store.node(greeting)?.props.value).toEqual({ label: "G" });
});

test("what a listener shows is no longer the visitor's input", () => {
  const store = new BlockStore(rootWith(["", ""]));
  store.enter(name, "question");
  expect(store.inputs).toEqual({ "0/0/0": "question" });
  store.show(name, "");
  expect(store.inputs).toEqual({});
});

test("inputs are restored by the block's place", () => {
  const store = new BlockStore(rootWith(["", ""]));
  store.restore({ "0/0/0": "Ada", "0/7": "of a block that is gone" });
  expect(store.payloadOf(name)).toBe("Ada");
});
