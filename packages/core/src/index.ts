export { App, walkBlocks, type AppOptions } from "./app/app.ts";
export {
  describeEndpoints,
  findEndpoint,
  payloadsByName,
  payloadsInOrder,
  type Endpoint,
  type EndpointParameter,
  type EndpointReturn,
} from "./app/endpoint.ts";
export { describeApi } from "./app/describe-api.ts";
export type { EndpointOf, EndpointType, EndpointTypes } from "./app/endpoint-types.ts";
export { parameterNames } from "./app/parameter-names.ts";
export { compileApp, type CompiledApp, type CompiledListener } from "./app/compile-app.ts";
export { describeApp, type DescribeOptions } from "./app/describe-app.ts";
export type {
  EventData,
  JobContext,
  Log,
  LogOptions,
  Progress,
  ProgressOptions,
  RequestInfo,
} from "./app/job-context.ts";
export { Layout, type Build } from "./app/layout.ts";
export {
  eventMethod,
  Listener,
  on,
  type AnyListenerFn,
  type ApiVisibility,
  type BatchListenerOptions,
  type EventMethod,
  type ListenerOptions,
  type TriggerMethod,
  type TriggerMode,
} from "./app/listener.ts";
export {
  promptArguments,
  type DescribedArgument,
  type Prompt,
  type PromptArgument,
  type PromptArguments,
  type PromptContent,
  type PromptFn,
  type PromptMessage,
  type PromptOptions,
  type PromptValues,
} from "./app/prompt.ts";
export type {
  DeclaredContext,
  Resource,
  ResourceContent,
  ResourceFn,
  ResourceOptions,
  ResourceVariables,
} from "./app/resource.ts";
export { State, type StateOptions } from "./app/state.ts";
export type {
  InputValues,
  ListenerArgs,
  ListenerFn,
  OutputTuple,
  OutputValues,
  Produces,
  TupleFn,
  Wires,
} from "./app/wiring.ts";
export { Block, type BlockParent, type IdOf } from "./component/block.ts";
export {
  Component,
  parsePayload,
  type AnyComponent,
  type ComponentContext,
  type Preview,
} from "./component/component.ts";
export {
  fileRefSchema,
  type FileRef,
  type Files,
  type FileSource,
  type NewFile,
  type StoredFile,
} from "./component/file-ref.ts";
export type { BlockOptions, ComponentOptions, RequiredOption } from "./component/options.ts";
export { skip, Update, update, type Props } from "./component/update.ts";
export {
  errorTable,
  UserError,
  VitrineError,
  type Attribution,
  type ErrorCode,
  type ErrorDetails,
  type UserErrorOptions,
} from "./errors.ts";
export { toBlockId, toFileId, toJobId, toListenerId, toSessionId } from "./ids.ts";
export type { BlockId, FileId, JobId, ListenerId, SessionId } from "./ids.ts";
export { isJson, type Json, type JsonObject } from "./json.ts";
export type {
  ApiDescription,
  EndpointDescription,
  ParameterDescription,
  ReturnDescription,
} from "./protocol/api-description.ts";
export {
  appConfigSchema,
  type AppConfig,
  type BlockConfig,
  type ListenerConfig,
} from "./protocol/app-config.ts";
export type { CallMessage, ClientMessage, HelloMessage, RunMessage } from "./protocol/client-messages.ts";
export { parseClientMessage, parseServerFrame } from "./protocol/parse.ts";
export { applyChanges, diffPayload, type Change } from "./protocol/patch.ts";
export {
  serverMessageSchema,
  type BlockUpdate,
  type JobReport,
  type ServerFrame,
  type ServerMessage,
  type Snapshot,
  type WelcomeMessage,
} from "./protocol/server-messages.ts";
export { isEnded, type ErrorReport, type JobStatus, type ProgressReport } from "./protocol/status.ts";
export { protocolVersion } from "./protocol/version.ts";
export {
  ApiSession,
  type ApiCall,
  type ApiCallRequest,
  type ApiEnd,
  type ApiEvent,
  type ApiOutput,
  type ApiToast,
} from "./runtime/api-session.ts";
export { ApiSessions } from "./runtime/api-sessions.ts";
export { AppHost, type AppHostOptions } from "./runtime/app-host.ts";
export { createEmbeddedEngine, type EmbeddedEngineOptions } from "./runtime/embedded/embedded-engine.ts";
export type {
  Engine,
  EventLog,
  Follower,
  FollowOptions,
  JobName,
  JobQueue,
  JobSpec,
  Lease,
  SessionStore,
  StoredSession,
  Waiting,
} from "./runtime/engine.ts";
export type { FileStore, OwnedFiles, Upload } from "./runtime/file-store.ts";
export {
  closeCodes,
  PageConnection,
  type Connection,
  type ConnectionRequest,
} from "./runtime/page-connection.ts";
export type { Clock, Ids, Logger, Unsubscribe } from "./runtime/ports.ts";
export { Session } from "./runtime/session.ts";
