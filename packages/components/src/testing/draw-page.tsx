import { toBlockId, type Json } from "@vitrine/core";
import { render } from "preact";
import { useState } from "preact/hooks";
import type { PageServices, View, ViewProps } from "../shared/browser/view.ts";

/** A view to draw, as `openViews` is given it. */
export interface DrawnBlock {
  readonly type: string;
  readonly payload: Json;
  readonly props?: ViewProps;
  readonly interactive?: boolean;
  readonly error?: string;
  readonly isRunning?: boolean;
}

/** What a test reads from the page. */
export interface DrawnPage {
  readonly payloads: Json[];
  readonly emitted: { readonly block: number; readonly event: string; readonly data: Json }[];
  readonly cleared: (readonly string[])[];
  /** A function's output reaches a block. */
  output(block: number, payload: Json): void;
  /** What the block is given changes. */
  change(block: number, changes: Partial<DrawnBlock>): void;
}

declare global {
  interface Window {
    drawn: DrawnPage;
  }
}

/** Draws views one under the other, each with a store of its own. */
export function drawPage(views: Readonly<Record<string, View>>, blocks: readonly DrawnBlock[]): void {
  const changers: ((changes: Partial<DrawnBlock>) => void)[] = [];
  const drawn: DrawnPage = {
    payloads: blocks.map(({ payload }) => payload),
    emitted: [],
    cleared: [],
    output: (block, payload) => changers[block]?.({ payload }),
    change: (block, changes) => changers[block]?.(changes),
  };
  window.drawn = drawn;
  const page: PageServices = {
    upload: () => Promise.reject(new Error("This page uploads nothing.")),
    clear: (blockIds) => void drawn.cleared.push(blockIds),
    toast: () => undefined,
    maxUploadBytes: 1_000_000,
  };

  function Block({ index }: { readonly index: number }) {
    const [block, setBlock] = useState(blocks[index] as DrawnBlock);
    changers[index] = (changes) => {
      if (changes.payload !== undefined) drawn.payloads[index] = changes.payload;
      setBlock((before) => ({ ...before, ...changes }));
    };
    const OneView = views[block.type] as View;
    return (
      <div class="vt-block" data-block={`b${index}`}>
        <OneView
          id={toBlockId(`b${index}`)}
          props={block.props ?? {}}
          payload={block.payload}
          interactive={block.interactive ?? true}
          error={block.error}
          isPending={false}
          isRunning={block.isRunning ?? false}
          page={page}
          set={(payload) => changers[index]?.({ payload })}
          emit={(event, data) => void drawn.emitted.push({ block: index, event, data: data ?? null })}
          setProps={(props) => setBlock((before) => ({ ...before, props: { ...before.props, ...props } }))}
        />
      </div>
    );
  }

  const root = document.body.appendChild(document.createElement("main"));
  root.className = "vt-page vt-app";
  const drawing = [
    <h1 class="vt-hidden">Views</h1>,
    ...blocks.map((_block, index) => <Block key={index} index={index} />),
  ];
  render(drawing, root);
}
