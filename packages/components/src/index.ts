export { Accordion, type AccordionOptions } from "./accordion/accordion.ts";
export { Column, type ColumnOptions } from "./column/column.ts";
export { Group } from "./group/group.ts";
export { HTML, type HTMLOptions } from "./html/html.ts";
export { Markdown, type MarkdownOptions } from "./markdown/markdown.ts";
export { Row, type RowOptions } from "./row/row.ts";
export { Slider, type SliderOptions } from "./slider/slider.ts";
export { Tab, type TabOptions } from "./tab/tab.ts";
export { Tabs, type TabsOptions } from "./tabs/tabs.ts";
