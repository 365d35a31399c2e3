import { launch, Blocks, Number as NumberField, Textbox } from "vitrine";
import { answerUsage } from "./server-process.ts";

const app = new Blocks(() => {
  const text = new Textbox();
  const count = new NumberField();
  const shown = new Textbox();
  text.submit((name) => `Hello ${name}!`, text, shown, { apiName: "greet", concurrencyLimit: null });
  count.submit(
    function* countTo(to) {
      for (let value = 1; value <= to; value++) yield String(value);
    },
    count,
    shown,
    { apiName: "count" },
  );
});

const { port } = await launch(app, { port: 0, quiet: true });
process.send?.(port);
answerUsage(() => ({}));
