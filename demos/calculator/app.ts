import { Interface, Number, Radio, UserError } from "vitrine";

const operation = new Radio({
  label: "operation",
  choices: ["add", "subtract", "multiply", "divide"],
  value: "add",
});

export default new Interface(
  (first, op, second) => {
    switch (op) {
      case "add":
        return first + second;
      case "subtract":
        return first - second;
      case "multiply":
        return first * second;
      case "divide":
        if (second === 0) throw new UserError("Cannot divide by zero!");
        return first / second;
    }
  },
  [new Number({ label: "first" }), operation, new Number({ label: "second" })],
  new Number({ label: "result" }),
  {
    title: "Calculator",
    description:
      "Two numbers and what to do with them. Dividing by zero shows what the author has to say about it.",
    examples: [
      [45, "add", 3],
      [3.14, "divide", 2],
      [144, "multiply", 2.5],
      [0, "subtract", 1.2],
      [7, "divide", 0],
    ],
  },
);
