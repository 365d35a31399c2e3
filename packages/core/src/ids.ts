/** For the compiler alone: a text that names one kind of thing is not taken for another. */
type Branded<TName extends string> = string & { readonly "names a": TName };

/** Names a block within its app; the same in every session and after a restart of the same app. */
export type BlockId = Branded<"block">;
/** Names a listener within its app. */
export type ListenerId = Branded<"listener">;
/** Names one run of a listener. The page makes it, so that a resend after a reconnect is harmless. */
export type JobId = Branded<"job">;
/** Names one open page. Not a credential: its secret is. */
export type SessionId = Branded<"session">;
/** Names the content of a stored file. */
export type FileId = Branded<"file">;

export function toBlockId(text: string): BlockId {
  return text as BlockId;
}
export function toListenerId(text: string): ListenerId {
  return text as ListenerId;
}
export function toJobId(text: string): JobId {
  return text as JobId;
}
export function toSessionId(text: string): SessionId {
  return text as SessionId;
}
export function toFileId(text: string): FileId {
  return text as FileId;
}
