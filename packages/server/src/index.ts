export { createApp, type CreateAppOptions, type VitrineApp } from "./create-app.ts";
export { createFileStore, type DiskFileStoreOptions } from "./files/disk-file-store.ts";
export { launch, launchSite, type Launched, type LaunchedSite, type LaunchOptions } from "./launch/launch.ts";
export { registerLauncher, type Launcher } from "./launch/launcher.ts";
export { restartServer, stopServer } from "./launch/shutdown.ts";
export { appsByPath, type Site } from "./launch/site.ts";
export { rememberStartCommand, superviseProcess } from "./launch/supervise.ts";
export { createLogger, nodeClock, nodeIds } from "./node-ports.ts";
export type { SocketLimits } from "./socket/socket-limits.ts";
