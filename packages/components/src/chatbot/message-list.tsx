import { memo } from "../shared/browser/memo.ts";
import { ChatMessage, type ChatLook } from "./chat-message.tsx";
import type { ChatPayload } from "./chatbot-payload.ts";

/** Messages looked at together: while the last one streams, a stretch before it costs one comparison of lists. */
const stretchLength = 20;

interface MessageListProps {
  readonly messages: ChatPayload;
  readonly look: ChatLook;
  readonly isBusy: boolean;
}

/** The messages, in order. */
export function MessageList({ messages, look, isBusy }: MessageListProps) {
  const lastIndex = messages.findLastIndex((message) => message.role !== "system");
  const stretches = Array.from(
    { length: Math.ceil(messages.length / stretchLength) },
    (_, index) => index * stretchLength,
  );
  return (
    <>
      {stretches.map((start) => {
        const end = start + stretchLength;
        const holdsLast = lastIndex >= start && lastIndex < end;
        return (
          <Stretch
            key={start}
            start={start}
            messages={messages.slice(start, end)}
            before={messages[start - 1]?.role}
            lastIndex={holdsLast ? lastIndex : -1}
            isBusy={holdsLast && isBusy}
            isFar={end + stretchLength <= messages.length}
            look={look}
          />
        );
      })}
    </>
  );
}

interface StretchProps extends MessageListProps {
  readonly start: number;
  readonly before: string | undefined;
  readonly lastIndex: number;
  /** Far from the end: the browser may skip what is out of sight. */
  readonly isFar: boolean;
}

const Stretch = memo(function Stretch({
  messages,
  start,
  before,
  lastIndex,
  isBusy,
  isFar,
  look,
}: StretchProps) {
  return (
    <>
      {messages.map((message, offset) => {
        const index = start + offset;
        if (message.role === "system") return null;
        return (
          <ChatMessage
            key={index}
            message={message}
            index={index}
            isContinued={(offset === 0 ? before : messages[offset - 1]?.role) === message.role}
            isLast={index === lastIndex}
            isBusy={index === lastIndex && isBusy}
            isFar={isFar}
            look={look}
          />
        );
      })}
    </>
  );
}, isSameStretch);

function isSameStretch(before: StretchProps, after: StretchProps): boolean {
  return (
    before.look === after.look &&
    before.isBusy === after.isBusy &&
    before.isFar === after.isFar &&
    before.lastIndex === after.lastIndex &&
    before.before === after.before &&
    before.messages.length === after.messages.length &&
    before.messages.every((message, index) => message === after.messages[index])
  );
}
