// Plain JavaScript, as a server runs: with nothing beside it that compiles.
import { Blocks, launch, Number as NumberField, Textbox } from "vitrine";

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
process.send(port);
process.on("message", () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send({ rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000, census: {} });
});
