import { setTimeout as pause } from "node:timers/promises";
import {
  Blocks,
  Button,
  Chatbot,
  Checkbox,
  CheckboxGroup,
  Dropdown,
  File,
  Gallery,
  HTML,
  Image,
  JSON as JSONView,
  Label,
  Markdown,
  Number as NumberField,
  Radio,
  Row,
  Slider,
  State,
  Textbox,
  update,
  UserError,
  type JobContext,
} from "vitrine";

/** What the app's functions tell the tests about themselves. */
export interface Told {
  /** Numbers the slow generator has given. */
  readonly given: number[];
  /** Why functions were ended. */
  readonly aborted: string[];
}

/** One endpoint of each kind that Gradio's clients know. */
export function gradioApp(told: Told = { given: [], aborted: [] }): Blocks {
  return new Blocks({ title: "For clients" }, () => {
    const name = new Textbox({ label: "Name" });
    const times = new Slider({ minimum: 1, maximum: 9, step: 1, value: 2, label: "Times" });
    const greeting = new Textbox({ label: "Greeting" });
    const run = new Button("Run");
    const greet = (who: string, count: number): string => `Hello ${who}!`.repeat(count);
    run.click(greet, [name, times], greeting, { apiName: "greet", apiDescription: "Greets somebody." });

    const n = new NumberField({ label: "N", precision: 0 });
    const shown = new Textbox({ label: "Shown" });
    run.click(
      function* countTo(to) {
        for (let i = 1; i <= to; i++) yield `${i}`;
      },
      n,
      shown,
      { apiName: "count", concurrencyLimit: null },
    );
    run.click(
      function* grow(to) {
        for (let i = 1; i <= to; i++) yield "x".repeat(i);
      },
      n,
      shown,
      { apiName: "grow", concurrencyLimit: null },
    );
    run.click(
      async function* slow(_to: number, { signal }: JobContext) {
        signal.addEventListener("abort", () => told.aborted.push("slow"));
        for (let i = 1; ; i++) {
          told.given.push(i);
          yield `step ${i}`;
          await pause(20, undefined, { signal }).catch(() => undefined);
        }
      },
      n,
      shown,
      { apiName: "slow", concurrencyLimit: null },
    );

    const visits = new State(0);
    run.click((before) => [`${before + 1}`, before + 1], visits, [shown, visits], { apiName: "visit" });

    run.click(
      (text) => {
        if (text === "own") throw new UserError("Not this one.", { title: "Refused", durationMs: 4000 });
        if (text === "other") throw new Error("secret of the server");
        return text;
      },
      name,
      shown,
      { apiName: "fail" },
    );
    run.click(
      async (_text: string, { progress, log }: JobContext) => {
        log.info("beginning", { title: "Note" });
        progress.steps(1, 2, { description: "half" });
        await pause(100);
        return "done";
      },
      name,
      shown,
      { apiName: "report" },
    );

    const row = new Row(() => void new Textbox({ label: "Inside" }));
    const pick = new Dropdown({ choices: ["a", "b"], label: "Pick" });
    run.click(
      () => ["text", update({ choices: ["c"], value: "c" }), update({ visible: false })],
      [],
      [shown, pick, row],
      {
        apiName: "change",
      },
    );
    run.click((text: string, label: string) => `${text} from ${label}`, [name, run], shown, {
      apiName: "pressed",
    });

    run.click((text) => text, name, shown, { apiName: "hidden", apiVisibility: "private" });
    run.click((text) => `unlisted ${text}`, name, shown, {
      apiName: "unlisted",
      apiVisibility: "undocumented",
    });
    run.click((text) => text, name, shown, { apiName: false });

    const waits = new Textbox({ label: "Ms" });
    run.click(async (ms) => (await pause(Number(ms)), ms), waits, shown, {
      apiName: "wait",
      concurrencyLimit: null,
    });
    run.click(async (ms) => (await pause(Number(ms)), ms), waits, shown, {
      apiName: "narrow",
      concurrencyLimit: 1,
      maxQueue: 1,
    });
    run.click(
      async (texts: string[]) => {
        await pause(50);
        return texts.map((text) => `${text} of ${texts.length}`);
      },
      name,
      shown,
      { apiName: "batched", batch: true, maxBatchSize: 3 },
    );
    everyComponent(run);
  });
}

/** One endpoint that takes and gives each component as it came. */
function everyComponent(run: Button): void {
  const echo = <T>(value: T): T => value;
  const as = (apiName: string) => ({ apiName, concurrencyLimit: null });
  const number = new NumberField({ label: "Number", required: false });
  run.click(echo, number, number, as("echo_number"));
  const checkbox = new Checkbox({ label: "Checkbox" });
  run.click(echo, checkbox, checkbox, as("echo_checkbox"));
  const boxes = new CheckboxGroup({ choices: ["a", "b", "c"], label: "Boxes" });
  run.click(echo, boxes, boxes, as("echo_checkboxgroup"));
  const radio = new Radio({ choices: ["a", "b"], label: "Radio" });
  run.click(echo, radio, radio, as("echo_radio"));
  const many = new Dropdown({ choices: ["a", "b"], multiselect: true, label: "Many" });
  run.click(echo, many, many, as("echo_dropdown"));
  const data = new JSONView({ label: "Data" });
  run.click(echo, data, data, as("echo_json"));
  const markdown = new Markdown({ label: "Markdown" });
  run.click(echo, markdown, markdown, as("echo_markdown"));
  const html = new HTML({ label: "HTML" });
  run.click(echo, html, html, as("echo_html"));
  const label = new Label({ label: "Label" });
  run.click(() => ({ cat: 0.9, dog: 0.1 }), [], label, as("classify"));
  const chat = new Chatbot({ label: "Chat" });
  run.click(
    (messages) => [...messages, { role: "assistant" as const, content: `${messages.length}` }],
    chat,
    chat,
    as("echo_chatbot"),
  );
  const image = new Image({ type: "path", label: "Image" });
  run.click(echo, image, image, as("echo_image"));
  const file = new File({ label: "File" });
  run.click(({ path }) => path, file, file, as("echo_file"));
  const files = new File({ fileCount: "multiple", label: "Files" });
  run.click((given) => given.map(({ path }) => path), files, files, as("echo_files"));
  const gallery = new Gallery({ label: "Gallery" });
  run.click(echo, gallery, gallery, as("echo_gallery"));
}
