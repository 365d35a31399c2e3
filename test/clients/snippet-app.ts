import {
  Blocks,
  Button,
  Chatbot,
  CheckboxGroup,
  Dropdown,
  File,
  Gallery,
  Image,
  JSON,
  Number,
  Slider,
  State,
  Textbox,
} from "vitrine";

/** An app whose snippets have everything in them that is hard to write down. */
export function snippetApp(): Blocks {
  return new Blocks({ title: "It's a workshop" }, () => {
    const text = new Textbox({ label: "Text", value: 'It\'s "quoted" \\ $HOME `x`\nsecond line' });
    const times = new Slider({ label: "Times", minimum: 1, maximum: 5, step: 1, value: 2 });
    const shown = new Textbox({ label: "Shown" });
    const size = new Number({ label: "Size" });
    const picture = new Image({ label: "Picture" });
    const papers = new File({ label: "Papers", type: "binary", fileCount: "multiple" });
    const pictures = new Gallery({ label: "Pictures", type: "buffer" });
    const chat = new Chatbot({ label: "Chat" });
    const data = new JSON({ label: "Data", value: { lambda: true, list: [null, 1.5, "ü"] } });
    const letter = new Dropdown({ label: "from", choices: ["a", "b"], value: "b" });
    const letters = new CheckboxGroup({ label: "Letters", choices: ["x", "y"], value: ["y"] });
    const visits = new State(0);
    const go = new Button("Go");
    return {
      quote: go.click((said, n) => `<${said}>`.repeat(n), [text, times], shown, {
        apiDescription: "Says it again.",
      }),
      count: go.click(
        function* (to) {
          for (let n = 1; n <= to; n++) yield `step ${n}`;
        },
        times,
        shown,
      ),
      weigh: go.click((bytes) => `${bytes.length} bytes`, picture, shown),
      copy: go.click((bytes) => bytes, picture, picture),
      papers: go.click((files) => [files.length, `${files.length} files`], papers, [size, shown]),
      pictures: go.click((items) => `${items.length} pictures`, pictures, shown),
      chat: go.click((history) => `${history.length} messages`, chat, shown),
      choose: go.click(
        (one, many, json) => `${one} ${many.join()} ${globalThis.JSON.stringify(json)}`,
        [letter, letters, data],
        shown,
        {
          parameterNames: ["from", "class", "data"],
        },
      ),
      visit: go.click((n) => [`visit ${n + 1}`, n + 1], visits, [shown, visits]),
    };
  });
}
