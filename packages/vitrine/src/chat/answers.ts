import type { Produces } from "@vitrine/core";
import type { Answer } from "./chat-interface.ts";

/** The answer each time it has grown, whether the function returned it, promised it or yields it. */
export async function* answersOf(produced: Produces<Answer>): AsyncGenerator<string> {
  const result = await produced;
  if (typeof result === "string" || "content" in result) {
    yield textOf(result);
    return;
  }
  const returned = yield* textsOf(result);
  if (returned !== undefined) yield textOf(returned);
}

type Answers = Generator<Answer, Answer | void, unknown> | AsyncGenerator<Answer, Answer | void, unknown>;

/** As `yield*`, and hands a `return` on, so that the author's `finally` runs when the visitor stops. */
async function* textsOf(answers: Answers): AsyncGenerator<string, Answer | undefined> {
  let isDone = false;
  try {
    for (;;) {
      const step = await answers.next();
      isDone = step.done === true;
      if (step.done) return step.value ?? undefined;
      yield textOf(step.value);
    }
  } finally {
    if (!isDone) await answers.return(undefined);
  }
}

function textOf(answer: Answer): string {
  return typeof answer === "string" ? answer : answer.content;
}
