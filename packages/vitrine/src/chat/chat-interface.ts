import { Chatbot, Markdown, Textbox, type ChatMessage } from "@vitrine/components";
import {
  skip,
  State,
  UserError,
  type JobContext,
  type Listener,
  type ListenerOptions,
  type Produces,
} from "@vitrine/core";
import { Blocks, type BlocksOptions } from "../blocks.ts";
import { answersOf } from "./answers.ts";
import { eventIndex, eventText } from "./event-data.ts";

/** What a chat function may return or yield: the answer so far, as Markdown. */
export type Answer = string | Pick<ChatMessage, "content">;

/** The previous messages, oldest first; the present one is not among them. */
export type ChatHistory = readonly ChatMessage[];

export type ChatFn = (message: string, history: ChatHistory, context: JobContext) => Produces<Answer>;

export interface ChatInterfaceOptions
  extends
    BlocksOptions,
    Pick<
      ListenerOptions,
      "apiName" | "apiDescription" | "concurrencyLimit" | "concurrencyId" | "resource" | "maxSeconds"
    > {
  /** Markdown below the title. */
  readonly description?: string;
  /** Prompts offered while the chat is empty; a click sends one. */
  readonly examples?: readonly string[];
  /** A Chatbot of your own: height, avatars, placeholder, … */
  readonly chatbot?: Chatbot;
  /** A Textbox of your own. */
  readonly textbox?: Textbox;
}

/**
 * A chat from one function. It receives the message and the previous ones, and returns the answer or yields it as it
 * grows. The history is kept for each session by itself.
 *
 * @example
 * new ChatInterface(async function* (message) {
 *   let answer = "";
 *   for (const word of message.split(" ")) yield (answer += `${word} `);
 * }).launch();
 */
export class ChatInterface extends Blocks {
  readonly chatbot: Chatbot;
  readonly textbox: Textbox;
  readonly #history: State<ChatMessage[]>;
  readonly #fn: ChatFn;
  readonly #settings: ChatInterfaceOptions;

  constructor(fn: ChatFn, options: ChatInterfaceOptions = {}) {
    super({ fillHeight: true, showTitle: true, ...options });
    this.#fn = fn;
    this.#settings = options;
    const examples = options.examples ? { examples: [...options.examples] } : {};
    this.chatbot = (
      options.chatbot ??
      new Chatbot({
        render: false,
        label: "Chatbot",
        height: "60vh",
        // What the window has left.
        scale: 1,
        buttons: ["copy", "retry", "undo", "clear"],
        ...examples,
      })
    ).unrender();
    this.textbox = (
      options.textbox ??
      new Textbox({
        render: false,
        label: "Message",
        showLabel: false,
        placeholder: "Type a message…",
        autofocus: true,
        submitBtn: true,
        stopBtn: true,
      })
    ).unrender();
    this.#history = new State<ChatMessage[]>([]);
    this.build(() => this.#layOut());
  }

  #layOut(): void {
    const { description } = this.#settings;
    if (description) new Markdown({ value: description });
    this.chatbot.render();
    this.textbox.render();
    const running = [this.#onSubmit(), this.#onExample(), this.#onRetry()];
    this.textbox.stop(null, [], [], { cancels: running });
    this.#onUndo();
    this.chatbot.clear(() => [[], []], [], [this.chatbot, this.#history], {
      apiName: false,
      cancels: running,
    });
  }

  #onSubmit(): Listener {
    const { apiName, apiDescription, concurrencyLimit, concurrencyId, resource, maxSeconds } = this.#settings;
    const given = {
      apiName: apiName ?? (this.#fn.name || "chat"),
      apiDescription,
      concurrencyLimit,
      concurrencyId,
      resource,
      maxSeconds,
    };
    const options: ListenerOptions = {
      showProgress: "minimal",
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    };
    const answer = (message: string, history: ChatMessage[], context: JobContext) =>
      this.#answer(message, history, context);
    return this.#keepWhatIsShown(
      this.textbox.submit(
        answer,
        [this.textbox, this.#history],
        [this.chatbot, this.textbox, this.#history],
        options,
      ),
    );
  }

  #onExample(): Listener {
    const answer = (history: ChatMessage[], context: JobContext) =>
      this.#answer(eventText(context.event), history, context);
    return this.#keepWhatIsShown(
      this.chatbot.exampleSelect(answer, this.#history, [this.chatbot, this.textbox, this.#history], quiet),
    );
  }

  #onRetry(): Listener {
    const answer = (history: ChatMessage[], context: JobContext) => {
      const index = lastUserIndex(history, eventIndex(context.event));
      return this.#answer(history[index]?.content ?? "", history.slice(0, index), context);
    };
    return this.#keepWhatIsShown(
      this.chatbot.retry(answer, this.#history, [this.chatbot, this.textbox, this.#history], quiet),
    );
  }

  #onUndo(): void {
    this.chatbot.undo(
      (history: ChatMessage[], { event }: JobContext) => {
        const index = lastUserIndex(history, eventIndex(event));
        const rest = history.slice(0, index);
        return [rest, history[index]?.content ?? "", rest];
      },
      this.#history,
      [this.chatbot, this.textbox, this.#history],
      quiet,
    );
  }

  /** One turn: the message appears at once, the answer grows, the history is written at the end. */
  async *#answer(
    message: string,
    history: ChatMessage[],
    context: JobContext,
  ): AsyncGenerator<
    [ChatMessage[], string | ReturnType<typeof skip>, ChatMessage[] | ReturnType<typeof skip>]
  > {
    if (message.trim() === "") throw new UserError("Type a message first.", { title: "Nothing to send" });
    const asked: ChatMessage[] = [...history, { role: "user", content: message }];
    yield [asked, "", asked];
    let answered = asked;
    for await (const content of answersOf(this.#fn(message, history, context))) {
      answered = [...asked, { role: "assistant", content }];
      // State is written once a turn: writing the whole history for each token would cost more the longer it is.
      yield [answered, skip(), skip()];
    }
    yield [answered, skip(), answered];
  }

  /** After Stop or a failure the history is what the page shows: the answer as far as it came. */
  #keepWhatIsShown(listener: Listener): Listener {
    listener.failure((shown: ChatMessage[]) => shown, this.chatbot, this.#history, quiet);
    return listener;
  }
}

const quiet: ListenerOptions = { apiName: false, showProgress: "minimal" };

/** The visitor's message of the turn at `index`, or the last one. */
function lastUserIndex(history: ChatHistory, index: number | undefined): number {
  const from = index === undefined ? history.length - 1 : Math.min(index, history.length - 1);
  for (let at = from; at >= 0; at--) if (history[at]?.role === "user") return at;
  throw new UserError("There is no message to go back to.", { title: "Nothing to undo" });
}
