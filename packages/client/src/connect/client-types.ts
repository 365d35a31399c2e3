import type { EndpointTypes, FileRef } from "@vitrine/core";

/** A file of this machine, to be uploaded; `localFile()` makes it. */
export interface LocalFile {
  readonly localPath: string;
}

/** What stands for a file in what is sent; all but a reference are uploaded first. */
export type SentFile = FileRef | Blob | Uint8Array | LocalFile;

/** What may be sent for a payload: in place of a file's reference, the file. */
export type Sendable<TPayload> = TPayload extends FileRef
  ? SentFile
  : TPayload extends readonly unknown[]
    ? { readonly [K in keyof TPayload]: Sendable<TPayload[K]> }
    : TPayload extends object
      ? { readonly [K in keyof TPayload]: Sendable<TPayload[K]> }
      : TPayload;

/** The endpoints of an app, or of a plain description of them: `{ greet: { parameters: { name: string }; returns: string } }`. */
export type EndpointsOf<TApp> = TApp extends { readonly endpointTypes: infer TEndpoints }
  ? TEndpoints
  : unknown extends TApp
    ? EndpointTypes
    : TApp;

export type NameIn<TEndpoints> = keyof TEndpoints & string;

export type ParametersOf<TEndpoint> = TEndpoint extends {
  readonly values: infer TValues extends readonly unknown[];
  readonly parameters: infer TParameters;
}
  ? number extends TValues["length"]
    ? Readonly<Record<string, unknown>>
    : Sendable<TParameters>
  : TEndpoint extends { readonly parameters: infer TParameters }
    ? Sendable<TParameters>
    : Readonly<Record<string, unknown>>;

/** `undefined` in place of a value: the parameter's default. */
export type ValuesOf<TEndpoint> = TEndpoint extends {
  readonly values: infer TValues extends readonly unknown[];
}
  ? { [K in keyof TValues]: Sendable<TValues[K]> | undefined }
  : readonly unknown[];

export type ReturnsOf<TEndpoint> = TEndpoint extends { readonly returns: infer TReturns }
  ? TReturns
  : unknown;

/** A method for each endpoint, with the parameters by name. */
export type CallMethods<TEndpoints, TOptions> = {
  readonly [K in NameIn<TEndpoints>]: (
    parameters: ParametersOf<TEndpoints[K]>,
    options?: TOptions,
  ) => Promise<ReturnsOf<TEndpoints[K]>>;
};
