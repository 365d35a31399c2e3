export { Blocks, type BlocksOptions } from "./blocks.ts";
export {
  ChatInterface,
  type Answer,
  type ChatFn,
  type ChatHistory,
  type ChatInterfaceOptions,
} from "./chat/chat-interface.ts";
export { Examples, type ExamplesOptions } from "./examples.ts";
export { Interface, type InterfaceOptions } from "./interface/interface.ts";
export { TabbedInterface } from "./tabbed-interface.ts";
export {
  Button,
  ClearButton,
  Chatbot,
  Checkbox,
  CheckboxGroup,
  Column,
  Dataset,
  Dropdown,
  File,
  Gallery,
  Group,
  HTML,
  Image,
  JSON,
  Label,
  Markdown,
  Number,
  Radio,
  Row,
  Slider,
  Tab,
  Tabs,
  TextArea,
  Textbox,
  Accordion,
} from "@vitrine/components";
export type { ChatMessage } from "@vitrine/components";
export { on, skip, State, update, UserError, VitrineError } from "@vitrine/core";
export type {
  BatchListenerOptions,
  DeclaredContext,
  EventData,
  JobContext,
  Listener,
  ListenerOptions,
  Log,
  Progress,
  PromptMessage,
  PromptOptions,
  RequestInfo,
  ResourceOptions,
  StateOptions,
  Update,
} from "@vitrine/core";
export {
  createApp,
  launch,
  restartServer,
  stopServer,
  superviseProcess,
  type Launched,
  type LaunchOptions,
} from "@vitrine/server";
