import { Interface, JSON, State, Textbox } from "vitrine";

/** Every visitor has a history of their own: it comes in with the call and goes out with the result. */
function remember(message: string, history: string[]): [object, string[]] {
  return [{ "Current messages": message, "Previous messages": history.toReversed() }, [...history, message]];
}

export default new Interface(
  remember,
  [new Textbox({ label: "message" }), new State<string[]>([])],
  [new JSON(), new State<string[]>([])],
  {
    title: "Interface state",
    description: "What you said before, newest first, for this session alone.",
  },
);
