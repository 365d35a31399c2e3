export { Accordion, type AccordionOptions } from "./accordion/accordion.ts";
export { Button, type ButtonOptions } from "./button/button.ts";
export {
  Chatbot,
  type ChatbotButton,
  type ChatbotOptions,
  type ChatExample,
  type ChatMessage,
} from "./chatbot/chatbot.ts";
export { CheckboxGroup, type CheckboxGroupOptions } from "./checkbox-group/checkbox-group.ts";
export { Checkbox, type CheckboxOptions } from "./checkbox/checkbox.ts";
export { ClearButton, type ClearButtonOptions } from "./clear-button/clear-button.ts";
export { Column, type ColumnOptions } from "./column/column.ts";
export { Dataset, type DatasetOptions } from "./dataset/dataset.ts";
export type { DropdownOptions } from "./dropdown/dropdown-options.ts";
export { Dropdown } from "./dropdown/dropdown.ts";
export {
  File,
  type FileOptions,
  type FileOutput,
  type FileValue,
  type UploadedBytes,
  type UploadedFile,
} from "./file/file.ts";
export { Gallery, type GalleryEntry, type GalleryOptions } from "./gallery/gallery.ts";
export { Group } from "./group/group.ts";
export { HTML, type HTMLOptions } from "./html/html.ts";
export { Image, type ImageOptions, type ImageSource, type WebcamOptions } from "./image/image.ts";
export { JSON, type JSONOptions, type JSONValue } from "./json/json.ts";
export { Label, type LabelOptions, type LabelValue } from "./label/label.ts";
export { Markdown, type MarkdownOptions } from "./markdown/markdown.ts";
export { Number, type NumberOptions } from "./number/number.ts";
export { Radio, type RadioOptions } from "./radio/radio.ts";
export { Row, type RowOptions } from "./row/row.ts";
export type { Choice, Choices, ChoiceType, ChoiceValue, ChoiceValueOf } from "./shared/choices.ts";
export type { PictureFormat, PictureValue, Pixels } from "./shared/picture-types.ts";
export { componentFromShortcut, type ShortcutName, type Shortcuts } from "./shortcuts.ts";
export { Slider, type SliderOptions } from "./slider/slider.ts";
export { Tab, type TabOptions } from "./tab/tab.ts";
export { Tabs, type TabsOptions } from "./tabs/tabs.ts";
export type { InputAttributes } from "./textbox/input-attributes.ts";
export { TextArea } from "./textbox/text-area.ts";
export { Textbox, type TextboxOptions, type TextValue } from "./textbox/textbox.ts";
