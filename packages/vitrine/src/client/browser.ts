// What bundlers for browsers take for `vitrine/client`.
export { ClientJob, connect, localFile, UserError, VitrineError } from "@vitrine/client/connect/browser";
