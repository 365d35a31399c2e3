export { BlockStore, type BlockNode, type LastRun } from "./block-store.ts";
export { systemClock } from "./clock.ts";
export {
  Connection,
  type ConnectionOptions,
  type ConnectionState,
  type SessionKey,
  type SocketLike,
} from "./connection.ts";
export { Dispatcher, type DispatcherOptions } from "./dispatch.ts";
export type { Job, PageStatus } from "./job.ts";
export { Page, type PageOptions } from "./page.ts";
export { Uploads } from "./uploads.ts";
export { leaveMemory, takeMemory, type TabMemory, type TabStorage } from "./tab-memory.ts";
