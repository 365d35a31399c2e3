export { AppClient, type ClientOptions, type Platform } from "./app-client.ts";
export { ClientJob, type CallOptions } from "./client-job.ts";
export type { EndpointsOf, LocalFile, SentFile } from "./client-types.ts";
export { connectWith, localFile } from "./connect.ts";
