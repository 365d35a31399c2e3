import { useLayoutEffect, useRef } from "preact/hooks";
import { applyStyles } from "../shared/browser/apply-styles.ts";
import { CopyButton } from "../shared/browser/copy-button.tsx";
import { Field } from "../shared/browser/field.tsx";
import { SafeHtml } from "../shared/browser/safe-html.tsx";
import { useHeight } from "../shared/browser/use-height.ts";
import { flagProp, listProp, type ViewInput } from "../shared/browser/view.ts";
import type { MarkdownPayload } from "./markdown-payload.ts";
import "../shared/browser/prose.css";
import "./markdown.css";

/** Text the server has rendered; nothing is parsed here. */
export default function MarkdownView(view: ViewInput<MarkdownPayload>) {
  const { props, payload } = view;
  const box = useRef<HTMLDivElement>(null);
  useHeight(box, props);
  useLayoutEffect(() => applyStyles(box.current), [payload]);
  const canCopy = listProp(props, "buttons").includes("copy") && payload.source !== "";
  return (
    <Field
      view={view}
      tools={
        canCopy && (
          <div class="vt-markdown-tools">
            <CopyButton
              text={() => payload.source}
              label="Copy text"
              page={view.page}
              onCopy={(text) => view.emit("copy", { value: text })}
            />
          </div>
        )
      }
    >
      <div
        class="vt-markdown vt-prose"
        data-part="markdown"
        dir={flagProp(props, "rtl") ? "rtl" : "auto"}
        ref={box}
      >
        {payload.html.map((html, index) => (
          <SafeHtml key={index} html={html} class="vt-prose-block" />
        ))}
      </div>
    </Field>
  );
}
