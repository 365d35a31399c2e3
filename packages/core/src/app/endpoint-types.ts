import type * as v from "valibot";

/** Only for the compiler: what it knows of an endpoint. */
export interface EndpointType {
  /** What each parameter takes, in order. */
  readonly values: readonly unknown[];
  /** The same by the parameters' names. */
  readonly parameters: object;
  /** The bare value for one output, a tuple for several, `undefined` for none. */
  readonly returns: unknown;
}

/** Only for the compiler: the endpoints of an app by name. */
export interface EndpointTypes {
  readonly [name: string]: EndpointType;
}

/** The endpoint of a listener with these inputs and outputs; `TNames` are the inputs' names as far as they are known. */
export interface EndpointOf<TInputs, TOutputs, TNames extends readonly string[]> extends EndpointType {
  readonly values: ApiValues<AsTuple<TInputs>>;
  readonly parameters: Flat<ByName<AsTuple<TInputs>, TNames>>;
  readonly returns: Returned<ApiPayloads<AsTuple<TOutputs>>>;
}

type AsTuple<TWires> = TWires extends readonly unknown[]
  ? TWires
  : TWires extends null | undefined
    ? []
    : [TWires];

/** Buttons, States and layouts are not for API clients. */
type IsInApi<TBlock> = TBlock extends { readonly isInApi: false }
  ? false
  : TBlock extends { readonly payloadSchema: unknown }
    ? true
    : false;

type PayloadOf<TBlock> = TBlock extends { readonly payloadSchema: infer TSchema extends v.GenericSchema }
  ? v.InferOutput<TSchema>
  : never;

/**
 * What a client may send: the payload, or what the function receives where that is the same in narrower words, as
 * one of the choices is. Places in a list of choices are not: a client sends the choice.
 */
type SentFor<TBlock> = TBlock extends { readonly valueTypes: { readonly in: infer TIn } }
  ? [TIn] extends [PayloadOf<TBlock>]
    ? IsPlaceOfChoice<TIn, PayloadOf<TBlock>> extends true
      ? PayloadOf<TBlock>
      : TIn
    : PayloadOf<TBlock>
  : PayloadOf<TBlock>;

type IsPlaceOfChoice<TIn, TPayload> =
  number extends Item<TIn> ? (string extends Item<TPayload> ? true : false) : false;
type Item<T> = T extends readonly (infer TItem)[] ? TItem : T;

type ApiValues<TBlocks extends readonly unknown[]> = TBlocks extends readonly [infer TFirst, ...infer TRest]
  ? IsInApi<TFirst> extends true
    ? [SentFor<TFirst>, ...ApiValues<TRest>]
    : ApiValues<TRest>
  : TBlocks extends readonly []
    ? []
    : unknown[];

type ApiPayloads<TBlocks extends readonly unknown[]> = TBlocks extends readonly [infer TFirst, ...infer TRest]
  ? IsInApi<TFirst> extends true
    ? [PayloadOf<TFirst>, ...ApiPayloads<TRest>]
    : ApiPayloads<TRest>
  : TBlocks extends readonly []
    ? []
    : unknown[];

/** A parameter may be left out: whether it has a default is known to the server alone. */
type ByName<TBlocks extends readonly unknown[], TNames extends readonly string[]> = TBlocks extends readonly [
  infer TFirst,
  ...infer TRest,
]
  ? TNames extends readonly [infer TName extends string, ...infer TOthers extends readonly string[]]
    ? NamedOne<TFirst, TName> & ByName<TRest, TOthers>
    : { readonly [name: string]: ApiValues<TBlocks>[number] | undefined }
  : TBlocks extends readonly []
    ? unknown
    : { readonly [name: string]: unknown };

type NamedOne<TBlock, TName extends string> =
  IsInApi<TBlock> extends true ? { readonly [K in TName]?: SentFor<TBlock> | undefined } : unknown;

type Flat<T> = { readonly [K in keyof T]: T[K] };

type Returned<TPayloads extends readonly unknown[]> = TPayloads extends readonly []
  ? undefined
  : TPayloads extends readonly [infer TOne]
    ? TOne
    : number extends TPayloads["length"]
      ? unknown
      : TPayloads;
