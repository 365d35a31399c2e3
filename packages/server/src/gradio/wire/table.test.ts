import * as components from "@vitrine/components";
import { Component, toFileId, type FileRef, type Json } from "@vitrine/core";
import * as v from "valibot";
import { expect, test } from "vitest";
import { toFileData } from "../files/gradio-files.ts";
import { adapterOf, gradioType } from "./table.ts";

const ref: FileRef = {
  kind: "file",
  id: toFileId("0123456789abcdef".repeat(4)),
  name: "a #1 ü.png",
  sizeBytes: 3,
  mimeType: "image/png",
  url: `files/${"k".repeat(32)}/${"0123456789abcdef".repeat(4)}/a%20%231%20%C3%BC.png`,
};
const fileData = (file: FileRef) => toFileData(file, "http://host/a/b");
/** Takes back exactly what `fileData` gave. */
const takeFile = async (wire: Json): Promise<FileRef> => {
  expect(wire).toEqual(fileData(ref));
  return ref;
};

/** A component the table does not know. */
class Sketch extends Component<Json, Json, Json> {
  readonly type: string = "sketch";
  readonly payloadSchema = v.any() as v.GenericSchema<unknown, Json>;
  readonly emptyPayload = null;

  preprocess(payload: Json): Json {
    return payload;
  }

  postprocess(value: Json): Json {
    return value;
  }

  examplePayload(): Json {
    return { layers: [ref] };
  }
}

function write(component: Component, payload: Json): Json {
  return adapterOf(component).write(payload, { component, fileData });
}

async function roundTrip(component: Component, payload: Json): Promise<Json> {
  return adapterOf(component).read(write(component, payload), { component, takeFile });
}

test("a file's address is whole and escaped, its path holds nothing that means something in an address", () => {
  expect(fileData(ref)).toEqual({
    path: `${"k".repeat(32)}/${ref.id}/a 1 ü.png`,
    url: `http://host/a/b/gradio_api/file=${"k".repeat(32)}/${ref.id}/a%201%20%C3%BC.png`,
    size: 3,
    orig_name: "a #1 ü.png",
    mime_type: "image/png",
    is_stream: false,
    meta: { _type: "gradio.FileData" },
  });
});

test("a component nobody knows has its files found wherever they stand", async () => {
  const sketch = new Sketch();
  const payload = { layers: [ref, null, "text"], background: { image: ref }, path: "x" };
  expect(write(sketch, payload)).toEqual({
    layers: [fileData(ref), null, "text"],
    background: { image: fileData(ref) },
    path: "x",
  });
  expect(await roundTrip(sketch, payload)).toEqual(payload);
  const evil = JSON.parse('{"a":{"__proto__":{"b":1}}}') as Json;
  await expect(
    Promise.resolve(adapterOf(sketch).read(evil, { component: sketch, takeFile })),
  ).rejects.toThrow('"__proto__"');
});

test("every component of Vitrine reads back what it wrote of its example", async () => {
  const { Button, ClearButton, Chatbot, Checkbox, CheckboxGroup, Dropdown, File, Gallery, HTML } = components;
  const {
    Image,
    JSON: JSONView,
    Label,
    Markdown,
    Number: NumberField,
    Radio,
    Slider,
    TextArea,
    Textbox,
  } = components;
  const choices = ["a", "b"];
  const all: readonly Component[] = [
    new Button("Run") as never,
    new ClearButton([]) as never,
    new Chatbot() as never,
    new Checkbox() as never,
    new CheckboxGroup({ choices }) as never,
    new Dropdown({ choices }) as never,
    new Dropdown({ choices, multiselect: true }) as never,
    new HTML() as never,
    new JSONView() as never,
    new Label() as never,
    new NumberField() as never,
    new Radio({ choices }) as never,
    new Slider() as never,
    new TextArea() as never,
    new Textbox() as never,
  ];
  for (const component of all) {
    const example = component.examplePayload();
    expect([component.type, await roundTrip(component, example)]).toEqual([component.type, example]);
    expect(adapterOf(component).schema(component, component.jsonSchema())).toEqual(expect.any(Object));
  }
  const picture: readonly (readonly [Component, Json])[] = [
    [new Image() as never, ref],
    [new File() as never, [ref]],
    [new File({ fileCount: "multiple" }) as never, [ref, ref]],
    [new Gallery() as never, [{ file: ref, thumbnail: null, caption: "c", width: null, height: null }]],
    [new Markdown() as never, { source: "# T", html: [] }],
  ];
  for (const [component, payload] of picture) expect(await roundTrip(component, payload)).toEqual(payload);
});

test("what is empty has the form Gradio gives it", () => {
  expect(write(new components.Label() as never, null)).toEqual({});
  expect(write(new components.File() as never, [])).toBeNull();
  expect(write(new components.File({ fileCount: "multiple" }) as never, [])).toEqual([]);
  expect(write(new components.Image() as never, null)).toBeNull();
  expect(write(new components.Label() as never, { label: "cat" })).toEqual({
    label: "cat",
    confidences: null,
  });
});

test("types have the names Gradio's clients know", () => {
  const names = ["checkbox-group", "tab", "tabs", "clear-button", "textbox"].map(gradioType);
  expect(names).toEqual(["checkboxgroup", "tabitem", "tabs", "button", "textbox"]);
});
