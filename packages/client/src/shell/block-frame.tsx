import type { View, ViewInput } from "@vitrine/components/views";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { BlockNode } from "../block-store.ts";
import { BlockStatus } from "./block-status.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { layoutProperties } from "./layout-css.ts";
import { usePage } from "./page-context.ts";
import { watched } from "./watched.ts";

/** One block in its place: its view, and under it what its jobs do. */
export const BlockFrame = watched(function BlockFrame({ node }: { readonly node: BlockNode }) {
  const { page } = usePage();
  const element = useRef<HTMLDivElement>(null);
  const props = node.props.value;
  const isShown = props["visible"] !== false;
  useDrawn(node, isShown);
  useSteadyHeight(element, node.jobs.value.length > 0);
  useLayoutProperties(element, node);
  if (!isShown) return null;
  const { elemId, elemClasses } = props;
  return (
    <div
      ref={element}
      class={["vt-block", ...(Array.isArray(elemClasses) ? elemClasses : [])].join(" ")}
      data-part="block"
      data-block={node.id}
      data-type={node.type}
      {...(typeof elemId === "string" ? { id: elemId } : {})}
      hidden={props["visible"] === "hidden"}
    >
      <ErrorBoundary isDevelopment={page.config.value.isDevelopment}>
        <BlockView node={node} />
      </ErrorBoundary>
      <BlockStatus node={node} />
    </div>
  );
});

/** Frames of several blocks, in order. */
export function drawBlocks(nodes: readonly BlockNode[]): readonly VNode[] {
  return nodes.map((node) => <BlockFrame key={node.key} node={node} />);
}

const BlockView = watched(function BlockView({ node }: { readonly node: BlockNode }) {
  const { page, views } = usePage();
  const actions = useMemo(() => page.actionsOf(node), [page, node]);
  const children = useMemo(() => drawBlocks(node.children), [node]);
  // An app in an app (TabbedInterface) has no view: it only stacks its blocks under its title.
  const isApp = node.type === "app";
  const ViewOfType: View | undefined = views.get(node.type);
  useEffect(() => {
    if (!ViewOfType && !isApp)
      views
        .load(node.type)
        .catch((error: unknown) =>
          page.toasts.add({ level: "error", message: String(error), hint: "Reload the page." }),
        );
  }, [node.type, ViewOfType]);
  const props = node.props.value;
  if (isApp) {
    const { heading } = props;
    return (
      <div class="vt-app">
        {typeof heading === "string" && <h2 class="vt-title">{heading}</h2>}
        {children}
      </div>
    );
  }
  if (!ViewOfType) return <div class="vt-skeleton" aria-hidden="true" />;
  const interactive = props["interactive"];
  const input: ViewInput = {
    id: node.id,
    props,
    payload: node.payload.value,
    interactive: typeof interactive === "boolean" ? interactive : node.isInteractive,
    error: node.error.value,
    isPending: node.jobs.value.length > 0,
    isRunning: node.running.value > 0,
    ...actions,
    children,
    ...(node.children.length === 0
      ? {}
      : {
          childBlocks: node.children.map((child, index) => ({
            id: child.id,
            props: child.props.value,
            node: children[index],
          })),
        }),
  };
  return <ViewOfType {...input} />;
});

/** Keeps the list of blocks that are on the page just now. */
function useDrawn(node: BlockNode, isShown: boolean): void {
  const { drawn } = usePage();
  useEffect(() => {
    if (!isShown) return undefined;
    drawn.add(node.id);
    return () => void drawn.delete(node.id);
  }, [node, isShown]);
}

/** What is written anew is as high as it was until the new value is whole: nothing below it jumps up and down again. */
function useSteadyHeight(element: { readonly current: HTMLElement | null }, isPending: boolean): void {
  useLayoutEffect(() => {
    const { current } = element;
    current?.style.setProperty("min-height", isPending ? `${current.offsetHeight}px` : "");
  }, [isPending]);
}

/** Sets what `update()` changes later; what a page begins with is in its style sheet. */
function useLayoutProperties(element: { readonly current: HTMLElement | null }, node: BlockNode): void {
  const { scale, minWidth } = node.props.value;
  useLayoutEffect(() => {
    for (const [name, value] of Object.entries(layoutProperties(node.props.peek()))) {
      // An empty value takes the property away.
      element.current?.style.setProperty(name, value);
    }
  }, [node, scale, minWidth]);
}
