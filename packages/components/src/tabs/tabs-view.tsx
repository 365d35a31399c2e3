import type { BlockId } from "@vitrine/core";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { TabSelectionContext, type TabSelection } from "../shared/browser/tab-selection.ts";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import { MoreTabs } from "./more-tabs.tsx";
import { TabList } from "./tab-list.tsx";
import "./tabs.css";

/** One tab as its Tabs draw it. */
export interface TabItem {
  readonly blockId: BlockId;
  /** What `selected` names. */
  readonly id: string | number;
  readonly index: number;
  readonly label: string;
  readonly isEnabled: boolean;
  readonly buttonId: string;
  readonly panelId: string;
  readonly node: ComponentChildren;
}

/** A row of tabs and the panel of the selected one; panels are drawn from their first selection on. */
export default function TabsView(view: ViewInput) {
  const tabs = toTabItems(view);
  const selected = selectedTab(tabs, view);
  const shown = useRef(new Set<BlockId>());
  if (selected) shown.current.add(selected.blockId);
  const [selection, setSelection] = useState<TabSelection>();
  const strip = useRef<HTMLDivElement>(null);
  useChangeReport(view, selected);

  const select = (tab: TabItem): void => {
    if (!tab.isEnabled || tab === selected) return;
    view.setProps({ selected: tab.id });
    setSelection({ blockId: tab.blockId, index: tab.index });
    view.emit("select", eventData(tab));
  };
  const isDrawn = (tab: TabItem): boolean => shown.current.has(tab.blockId) || wantsEarly(view, tab);
  return (
    <TabSelectionContext.Provider value={selection}>
      <div class="vt-tabs" data-part="tabs">
        <div class="vt-tabs-head">
          <TabList tabs={tabs} selected={selected} onSelect={select} strip={strip} />
          <MoreTabs
            menuId={`${view.id}-more`}
            tabs={tabs}
            selected={selected}
            onSelect={select}
            strip={strip}
          />
        </div>
        {tabs.filter(isDrawn).map((tab) => (
          <div
            key={tab.blockId}
            class="vt-tabs-panel"
            role="tabpanel"
            id={tab.panelId}
            aria-labelledby={tab.buttonId}
            hidden={tab !== selected}
            tabIndex={0}
            data-part="tab-panel"
          >
            {tab.node}
          </div>
        ))}
      </div>
    </TabSelectionContext.Provider>
  );
}

function toTabItems({ childBlocks = [] }: ViewInput): readonly TabItem[] {
  return childBlocks
    .map(({ id: blockId, props, node }, index) => {
      const { id } = props;
      const elemId = textProp(props, "elemId", blockId);
      return {
        blockId,
        id: typeof id === "string" || typeof id === "number" ? id : index,
        index,
        label: textProp(props, "label"),
        isEnabled: flagProp(props, "interactive", true),
        isVisible: flagProp(props, "visible", true) && props["visible"] !== "hidden",
        buttonId: `${elemId}-button`,
        panelId: `${blockId}-panel`,
        node,
      };
    })
    .filter((tab) => tab.isVisible);
}

function selectedTab(tabs: readonly TabItem[], { props }: ViewInput): TabItem | undefined {
  return tabs.find((tab) => tab.id === props["selected"]) ?? tabs.find((tab) => tab.isEnabled) ?? tabs[0];
}

function wantsEarly({ childBlocks = [] }: ViewInput, tab: TabItem): boolean {
  const props = childBlocks[tab.index]?.props;
  return props !== undefined && flagProp(props, "renderChildren");
}

/** Reports `change` whenever another tab is selected, by whomever; not for the first. */
function useChangeReport(view: ViewInput, selected: TabItem | undefined): void {
  const reported = useRef(selected?.blockId);
  useEffect(() => {
    if (!selected || selected.blockId === reported.current) return;
    reported.current = selected.blockId;
    view.emit("change", eventData(selected));
  }, [selected?.blockId]);
}

function eventData(tab: TabItem): { index: number; id: string | number; value: string } {
  return { index: tab.index, id: tab.id, value: tab.label };
}
