import type { Json } from "@vitrine/core";
import { SafeHtml } from "../shared/browser/safe-html.tsx";
import { listProp, textProp, type ViewInput } from "../shared/browser/view.ts";

/** What stands in a chat before the first message: a placeholder and examples to begin with. */
export function EmptyChat({ view }: { readonly view: Pick<ViewInput, "props" | "emit"> }) {
  const placeholder = textProp(view.props, "placeholderHtml");
  const examples = listProp(view.props, "examples").flatMap(toExample);
  return (
    <div class="vt-chat-empty" data-part="empty">
      {placeholder && <SafeHtml html={placeholder} class="vt-prose vt-chat-placeholder" />}
      {examples.length > 0 && (
        <ul class="vt-chat-examples" aria-label="Examples">
          {examples.map(({ text, label }, index) => (
            <li key={index}>
              <button
                type="button"
                class="vt-chat-example"
                onClick={() => view.emit("exampleSelect", { index, value: text })}
              >
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function toExample(example: Json): { text: string; label: string }[] {
  if (typeof example !== "object" || example === null || !("text" in example)) return [];
  const { text, label } = example;
  return typeof text === "string" ? [{ text, label: typeof label === "string" ? label : text }] : [];
}
