import { setTimeout as wait } from "node:timers/promises";
import { ChatInterface } from "vitrine";

export default new ChatInterface(
  async function* echo(message, history, { signal }) {
    const words =
      `You said: **${message}**\n\nThat was message number ${history.length / 2 + 1} of this session.`.split(
        " ",
      );
    let answer = "";
    for (const word of words) {
      answer += `${word} `;
      yield answer;
      await wait(60, undefined, { signal });
    }
  },
  {
    title: "Chat echo",
    description: "Says it again, word by word.",
    examples: ["Hello there", "What is a vitrine?", "Say `code` and **bold**"],
  },
);
