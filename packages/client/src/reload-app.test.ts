import { toBlockId, type AppConfig } from "@vitrine/core";
import { expect, test } from "vitest";
import { BlockStore } from "./block-store.ts";
import { reloadedStore } from "./reload-app.ts";

const name = toBlockId("b1");
const greeting = toBlockId("b2");

function appWith(namePayload: string, greetingType = "textbox"): AppConfig {
  const child = (id: typeof name, type: string, payload: string) => ({
    id,
    type,
    key: `0/${id}`,
    props: {},
    payload,
    emptyPayload: "",
  });
  return {
    title: "T",
    theme: "system",
    sessions: "page",
    fillHeight: false,
    fillWidth: false,
    isDevelopment: true,
    maxUploadBytes: 1,
    root: {
      id: toBlockId("b0"),
      type: "app",
      key: "0",
      props: {},
      children: [child(name, "textbox", namePayload), child(greeting, greetingType, "")],
    },
    listeners: [],
  };
}

test("blocks keep their values, unless nobody had touched them or something else stands in their place", () => {
  const before = new BlockStore(appWith("first").root);
  before.show(greeting, "Hello");
  const after = reloadedStore(appWith("second"), before);
  expect([after.payloadOf(name), after.payloadOf(greeting)]).toEqual(["second", "Hello"]);
  expect(reloadedStore(appWith("second", "number"), before).payloadOf(greeting)).toBe("");
});

test("what the visitor entered is still the visitor's own", () => {
  const before = new BlockStore(appWith("").root);
  before.enter(name, "typed");
  expect(reloadedStore(appWith(""), before).inputs).toEqual({ "0/b1": "typed" });
});
