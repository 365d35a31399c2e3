import type {
  ApiOutput,
  ApiSession,
  ApiToast,
  Endpoint,
  ErrorReport,
  FileRef,
  Json,
  JobStatus,
  JsonObject,
} from "@vitrine/core";
import { fromOutputs, toPayloads } from "./plain-endpoint.ts";
import { toPlainFile, type PlainFiles } from "./plain-values.ts";

export interface EndpointCall {
  readonly endpoint: Endpoint;
  readonly session: ApiSession;
  /** Plain values by name. */
  readonly parameters: JsonObject;
  readonly plain: PlainFiles;
  /** Told of each value a generator gives, the last one among them. */
  onValue?(data: JsonObject): void;
  onStatus?(status: JobStatus): void;
  onMessage?(message: ApiToast): void;
}

export interface EndpointResult {
  /** Plain values by name. */
  readonly data: JsonObject;
  /** What the last value consists of, for those who look at its payloads. */
  readonly outputs: readonly ApiOutput[];
}

/** A call that ended otherwise than well. */
export class CallFailure extends Error {
  readonly report: ErrorReport & { readonly parameter?: string };

  constructor(report: ErrorReport & { readonly parameter?: string }) {
    super(report.message);
    this.report = report;
  }
}

/**
 * Calls an endpoint with plain values, and waits for its last value. The call is cancelled with its signal.
 *
 * @throws CallFailure for what the job ended with; VitrineError for parameters that cannot be read
 */
export async function runEndpoint(call: EndpointCall): Promise<EndpointResult> {
  const { endpoint, session, plain } = call;
  // Open before anything is fetched, so that the session is not given up meanwhile.
  const release = session.use();
  try {
    const payloads = await toPayloads(endpoint, call.parameters, plain);
    return await runWith(call, payloads);
  } finally {
    release();
  }
}

async function runWith(call: EndpointCall, payloads: readonly Json[]): Promise<EndpointResult> {
  const { endpoint, session, plain } = call;
  const show = (file: FileRef): Json => toPlainFile(file, plain.baseUrl);
  let data: JsonObject = {};
  let hasValue = false;
  // Values are told in the order they came in, whatever has to be looked up for one of them.
  let told: Promise<void> = Promise.resolve();
  const take = async (outputs: readonly ApiOutput[]): Promise<void> => {
    data = await fromOutputs(endpoint, outputs, { files: plain.files, before: data, show });
    hasValue = true;
    call.onValue?.(data);
  };
  const running = session.call({
    listenerId: endpoint.listener.id,
    payloads,
    onEvent(event) {
      if (event.type === "result") told = told.then(() => take(event.outputs));
      else if (event.type === "toast") call.onMessage?.(event.toast);
      else call.onStatus?.(event.status);
    },
  });
  const cancel = (): void => void running.cancel();
  plain.signal?.addEventListener("abort", cancel, { once: true });
  if (plain.signal?.aborted) cancel();
  const { status, outputs } = await running.ended;
  plain.signal?.removeEventListener("abort", cancel);
  await told;
  if (status.stage !== "complete") throw failureOf(status, endpoint);
  if (!hasValue) data = await fromOutputs(endpoint, [], { files: plain.files, before: {}, show });
  return { data, outputs };
}

function failureOf(status: JobStatus, { parameters }: Endpoint): CallFailure {
  if (status.stage !== "failed") {
    return new CallFailure({ code: "JOB_CANCELLED", message: "The call was cancelled." });
  }
  const { blockId, ...report } = status.error;
  const parameter = parameters.find((one) => one.blockId === blockId)?.name;
  return new CallFailure(parameter === undefined ? report : { ...report, parameter });
}
