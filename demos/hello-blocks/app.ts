import { Blocks, Button, Textbox } from "vitrine";

export default new Blocks({ title: "Hello, Blocks", showTitle: true }, () => {
  const name = new Textbox({ label: "Name", placeholder: "Who is there?" });
  const button = new Button("Greet", { variant: "primary" });
  const greeting = new Textbox({ label: "Greeting" });
  button.click((who) => `Hello, ${who}!`, name, greeting, { apiName: "greet" });
});
