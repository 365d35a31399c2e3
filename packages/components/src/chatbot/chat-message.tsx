import { RotateCcw, Undo2 } from "lucide";
import { CopyButton } from "../shared/browser/copy-button.tsx";
import { IconButton } from "../shared/browser/icon-button.tsx";
import { isShallowlySame, memo } from "../shared/browser/memo.ts";
import type { PageServices } from "../shared/browser/view.ts";
import type { MessagePayload } from "./chatbot-payload.ts";
import { MessageBody } from "./message-body.tsx";

/** What every message of a chat is drawn with; the same object as long as nothing of it changes. */
export interface ChatLook {
  readonly isMarkdown: boolean;
  readonly lineBreaks: boolean;
  readonly dir: "rtl" | "auto";
  readonly canCopy: boolean;
  readonly canRetry: boolean;
  readonly canUndo: boolean;
  readonly avatars: Readonly<Record<MessagePayload["role"], string | undefined>>;
  readonly page: PageServices;
  /** Reports an event about a message. */
  readonly report: (
    event: "select" | "copy" | "retry" | "undo" | "optionSelect",
    index: number,
    value: string,
  ) => void;
}

interface ChatMessageProps {
  readonly message: MessagePayload;
  readonly index: number;
  /** Whether the message before is of the same author. */
  readonly isContinued: boolean;
  /** Whether retry, undo and options stand at it. */
  readonly isLast: boolean;
  /** Whether an answer is being written. */
  readonly isBusy: boolean;
  readonly isFar: boolean;
  readonly look: ChatLook;
}

const authors = { user: "You", assistant: "Assistant", system: "System" } as const;

/** One message with its tools. */
export const ChatMessage = memo(function ChatMessage(props: ChatMessageProps) {
  const { message, index, isContinued, isLast, look } = props;
  const { role, content } = message;
  const avatar = look.avatars[role];
  return (
    <li
      class="vt-chat-message"
      data-part="message"
      data-role={role}
      data-continued={isContinued}
      data-far={props.isFar}
    >
      {avatar !== undefined && <img class="vt-chat-avatar" src={avatar} alt="" width="28" height="28" />}
      <div class="vt-chat-column">
        <span class="vt-hidden">{authors[role]}: </span>
        <div
          class="vt-chat-bubble"
          dir={look.dir}
          onClick={(event) => isPlainPress(event) && look.report("select", index, content)}
        >
          <MessageBody
            text={content}
            isMarkdown={look.isMarkdown}
            lineBreaks={look.lineBreaks}
            page={look.page}
          />
        </div>
        <Tools {...props} />
        {isLast && message.options && (
          <div class="vt-chat-options">
            {message.options.map(({ value, label = value }) => (
              <button
                key={value}
                type="button"
                class="vt-button"
                data-size="sm"
                disabled={props.isBusy}
                onClick={() => look.report("optionSelect", index, value)}
              >
                {label}
              </button>
            ))}
          </div>
        )}
      </div>
    </li>
  );
}, isSameMessage);

function Tools({ message, index, isLast, isBusy, look }: ChatMessageProps) {
  const { content, role } = message;
  const isDone = !(isLast && isBusy);
  const canCopy = look.canCopy && content !== "" && isDone;
  const canRepeat = isLast && !(isBusy && role === "user");
  if (!canCopy && !(canRepeat && (look.canRetry || look.canUndo))) return null;
  return (
    <div class="vt-chat-tools" data-last={isLast}>
      {canCopy && (
        <CopyButton
          text={() => content}
          label="Copy message"
          page={look.page}
          onCopy={(text) => look.report("copy", index, text)}
        />
      )}
      {canRepeat && look.canRetry && (
        <IconButton
          icon={RotateCcw}
          label="Retry"
          disabled={isBusy}
          onClick={() => look.report("retry", index, content)}
        />
      )}
      {canRepeat && look.canUndo && (
        <IconButton
          icon={Undo2}
          label="Undo"
          disabled={isBusy}
          onClick={() => look.report("undo", index, content)}
        />
      )}
    </div>
  );
}

/** Not the end of selecting text, nor a press on something with a purpose of its own. */
function isPlainPress(event: MouseEvent): boolean {
  const target = event.target as Element;
  return target.closest("a, button, summary") === null && (getSelection()?.isCollapsed ?? true);
}

/** A whole list that comes again brings equal messages in new objects. */
function isSameMessage(before: ChatMessageProps, after: ChatMessageProps): boolean {
  const { message: old, ...oldRest } = before;
  const { message, ...rest } = after;
  if (!isShallowlySame(oldRest, rest)) return false;
  if (old === message) return true;
  return (
    old.content === message.content &&
    old.role === message.role &&
    JSON.stringify(old.options) === JSON.stringify(message.options)
  );
}
