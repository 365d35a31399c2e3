import { useEffect, useMemo, useState } from "preact/hooks";
import { memo } from "../shared/browser/memo.ts";
import type { MarkdownPart } from "../shared/markdown-stream.ts";
import type * as MarkdownParts from "../shared/browser/markdown-parts.ts";
import type { SafeHtml } from "../shared/browser/trusted-html.ts";
import type { PageServices } from "../shared/browser/view.ts";
import { CodeBlock } from "./code-block.tsx";

type Renderer = typeof MarkdownParts;

let renderer: Renderer | undefined;

interface MessageBodyProps {
  readonly text: string;
  readonly isMarkdown: boolean;
  readonly lineBreaks: boolean;
  readonly page: PageServices;
}

/** A message's text. Until the Markdown renderer has come, and on the server, it stands as it was written. */
export function MessageBody({ text, isMarkdown, lineBreaks, page }: MessageBodyProps) {
  const loaded = useRenderer(isMarkdown);
  const stream = useMemo(() => loaded && new loaded.MarkdownStream({ lineBreaks }), [loaded, lineBreaks]);
  if (!isMarkdown || !loaded || !stream) return <div class="vt-chat-plain">{text}</div>;
  return (
    <div class="vt-prose">
      {stream.update(text).map((part, index) => (
        <Part key={index} part={part} loaded={loaded} page={page} />
      ))}
    </div>
  );
}

interface PartProps {
  readonly part: MarkdownPart;
  readonly loaded: Renderer;
  readonly page: PageServices;
}

const Part = memo(function Part({ part, loaded, page }: PartProps) {
  if (part.kind === "code") return <Code part={part} loaded={loaded} page={page} />;
  return (
    <div class="vt-prose-block" dangerouslySetInnerHTML={{ __html: loaded.safeHtmlOf(part) as string }} />
  );
});

/** Code stays plain while it streams: highlighting half a program at each token would flicker. */
function Code({ part, loaded, page }: PartProps & { readonly part: MarkdownPart & { kind: "code" } }) {
  const [highlighted, setHighlighted] = useState<{ part: MarkdownPart; html: SafeHtml }>();
  useEffect(() => {
    if (!part.isClosed) return;
    let isCurrent = true;
    loaded.highlightPart(part).then(
      (html) => isCurrent && html && setHighlighted({ part, html }),
      () => undefined, // Without its grammar the code stays plain.
    );
    return () => {
      isCurrent = false;
    };
  }, [part]);
  return (
    <CodeBlock
      language={part.language}
      text={part.text}
      html={highlighted?.part === part ? highlighted.html : undefined}
      page={page}
    />
  );
}

/** The renderer's chunk is loaded with the first message there is. */
function useRenderer(isNeeded: boolean): Renderer | undefined {
  const [loaded, setLoaded] = useState(renderer);
  useEffect(() => {
    if (loaded || !isNeeded) return;
    import("../shared/browser/markdown-parts.ts").then(
      (module) => setLoaded((renderer = module)),
      () => undefined, // The text can be read as it is.
    );
  }, [isNeeded]);
  return loaded;
}
