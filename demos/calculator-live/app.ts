import { Interface, Number, Radio } from "vitrine";

const operations = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => (b === 0 ? null : a / b),
};

export default new Interface(
  (first, operation, second) => operations[operation](first, second),
  [
    new Number({ label: "first", value: 6 }),
    new Radio({ label: "operation", choices: ["add", "subtract", "multiply", "divide"], value: "multiply" }),
    new Number({ label: "second", value: 7 }),
  ],
  new Number({ label: "result" }),
  { title: "Live calculator", description: "No button: the result follows every change.", live: true },
);
