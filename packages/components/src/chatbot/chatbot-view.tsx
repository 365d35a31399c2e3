import { ArrowDown, Trash2 } from "lucide";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { CopyButton } from "../shared/browser/copy-button.tsx";
import { Field, labelId } from "../shared/browser/field.tsx";
import { Icon } from "../shared/browser/icon.tsx";
import { IconButton } from "../shared/browser/icon-button.tsx";
import { useHeight } from "../shared/browser/use-height.ts";
import { flagProp, listProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import type { ChatLook } from "./chat-message.tsx";
import type { ChatPayload } from "./chatbot-payload.ts";
import { EmptyChat } from "./empty-chat.tsx";
import { MessageList } from "./message-list.tsx";
import { useStickToEnd } from "./use-stick-to-end.ts";
import "../shared/browser/prose.css";
import "./chatbot.css";

/** A conversation that follows its end. */
export default function ChatbotView(view: ViewInput<ChatPayload>) {
  const { props, payload, isPending } = view;
  const box = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  useHeight(frame, props);
  const shown = payload.filter((message) => message.role !== "system");
  const last = shown.at(-1);
  const isWaiting = isPending && last !== undefined && (last.role === "user" || last.content === "");
  const ownMessages = shown.reduce((count, message) => count + (message.role === "user" ? 1 : 0), 0);
  const end = useStickToEnd(box, { isEnabled: flagProp(props, "autoscroll", true), ownMessages });
  const look = useLook(view);
  const label = textProp(props, "label");
  return (
    <Field view={view} tools={shown.length > 0 && <ChatTools view={view} />}>
      <div class="vt-chat" data-part="chat" data-layout={textProp(props, "layout", "bubble")} ref={frame}>
        <div
          class="vt-chat-scroll"
          role="region"
          tabIndex={0}
          {...(label ? { "aria-labelledby": labelId(view) } : { "aria-label": "Conversation" })}
          ref={box}
          onScroll={end.onScroll}
        >
          <div class="vt-chat-content">
            {shown.length === 0 && !isPending && <EmptyChat view={view} />}
            {shown.length > 0 && (
              <ol class="vt-chat-list">
                <MessageList messages={payload} look={look} isBusy={isPending} />
              </ol>
            )}
            {isWaiting && (
              <div class="vt-chat-waiting" data-part="waiting" aria-hidden="true">
                <i />
                <i />
                <i />
              </div>
            )}
          </div>
        </div>
        {end.isAway && (
          <button type="button" class="vt-button vt-chat-jump" data-size="sm" onClick={end.jump}>
            <Icon of={ArrowDown} />
            Jump to latest
          </button>
        )}
      </div>
      <Announcer payload={payload} isPending={isPending} list={box} />
    </Field>
  );
}

function ChatTools({ view }: { readonly view: ViewInput<ChatPayload> }) {
  const buttons = listProp(view.props, "buttons");
  const clear = (): void => {
    view.set([]);
    view.emit("clear");
  };
  return (
    <div class="vt-chat-toolbar">
      {buttons.includes("copyAll") && (
        <CopyButton
          text={() => conversationText(view.payload)}
          label="Copy conversation"
          page={view.page}
          onCopy={(value) => view.emit("copy", { value })}
        />
      )}
      {/* A job goes on from the messages it began with, so they are not taken from under it. */}
      {buttons.includes("clear") && (
        <IconButton icon={Trash2} label="Clear conversation" disabled={view.isPending} onClick={clear} />
      )}
    </div>
  );
}

function conversationText(messages: ChatPayload): string {
  const shown = messages.filter((message) => message.role !== "system");
  return shown
    .map(({ role, content }) => `${role === "user" ? "User" : "Assistant"}: ${content}`)
    .join("\n\n");
}

/** One object for all messages, the same until an option changes: messages that stay are not drawn again. */
function useLook(view: ViewInput<ChatPayload>): ChatLook {
  const latest = useRef(view);
  latest.current = view;
  const { props, page } = view;
  return useMemo(() => {
    const buttons = listProp(props, "buttons");
    const [user, assistant] = listProp(props, "avatars").map((avatar) =>
      typeof avatar === "string" ? avatar : undefined,
    );
    return {
      isMarkdown: flagProp(props, "renderMarkdown", true),
      lineBreaks: flagProp(props, "lineBreaks", true),
      dir: flagProp(props, "rtl") ? "rtl" : "auto",
      canCopy: buttons.includes("copy"),
      canRetry: buttons.includes("retry"),
      canUndo: buttons.includes("undo"),
      avatars: { user, assistant, system: undefined },
      page,
      report(event, index, value) {
        const { payload, emit } = latest.current;
        if (event === "copy") return emit("copy", { value });
        if (event !== "retry" && event !== "undo") return emit(event, { index, value });
        const asked = payload.findLastIndex((message) => message.role === "user");
        emit(event, { index: asked, value: payload[asked]?.content ?? "" });
      },
    };
  }, [props, page]);
}

interface AnnouncerProps {
  readonly payload: ChatPayload;
  readonly isPending: boolean;
  readonly list: { readonly current: HTMLElement | null };
}

/** Tells screen readers that an answer is being written, and the answer when it is complete: not every token. */
function Announcer({ payload, isPending, list }: AnnouncerProps) {
  const [text, setText] = useState("");
  const wasPending = useRef(false);
  useEffect(() => {
    if (isPending === wasPending.current) return;
    wasPending.current = isPending;
    if (isPending) return setText("The assistant is writing.");
    const bubbles = list.current?.querySelectorAll(".vt-chat-bubble");
    const spoken = bubbles?.[bubbles.length - 1]?.textContent ?? "";
    setText(payload.at(-1)?.role === "assistant" ? `Assistant: ${spoken}` : "");
  }, [isPending]);
  return (
    <div class="vt-hidden" role="status" data-part="announcement">
      {text}
    </div>
  );
}
