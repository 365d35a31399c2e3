import { Blocks, Button, JSON, Markdown, Row, State, Textbox } from "vitrine";

export default new Blocks({ title: "A cart and a counter", showTitle: true }, () => {
  new Markdown({
    value: "Two values of this session: what is in the cart, and how often it was changed.",
  });
  const cart = new State<string[]>([]);
  const changes = new State(0);
  const item = new Textbox({ label: "Item" });
  const [add, empty] = [
    new Button("Add", { variant: "primary", render: false }),
    new Button("Empty the cart", { render: false }),
  ];
  new Row(() => [add, empty].forEach((button) => void button.render()));
  const shown = new JSON({ label: "Cart" });
  const count = new Textbox({ label: "Changes" });

  add.click((name, items) => ["", [...items, name]], [item, cart], [item, cart]);
  item.submit((name, items) => ["", [...items, name]], [item, cart], [item, cart]);
  empty.click(() => [], [], cart);
  cart.change(
    (items, n) => [items, n + 1, `changed ${n + 1} times`],
    [cart, changes],
    [shown, changes, count],
  );
});
