import { Interface, Slider } from "vitrine";

const greet = (name: string, intensity: number) => `Hello, ${name}${"!".repeat(intensity)}`;

export default new Interface(greet, ["text", new Slider({ minimum: 1, maximum: 5, step: 1 })], "text", {
  title: "Hello, world",
});
