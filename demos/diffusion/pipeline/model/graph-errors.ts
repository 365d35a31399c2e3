import { StudioError } from "../../studio-error.ts";

/** What the runtime said about a file it could not open, in words for the person whose file it is. */
export function describeOpenFailure(file: string, cause: unknown): StudioError {
  const said = messageOf(cause);
  const operator = /(?:Failed to find kernel for|implementation for|No Op registered for) (\w+)/.exec(
    said,
  )?.[1];
  if (operator !== undefined || /is not a registered function\/op/.test(said)) {
    return new StudioError("MODEL_OPERATOR", {
      message: `${file} uses the operator ${operator ?? firstLine(said)}, which cannot run on a processor.`,
      cause,
    });
  }
  if (isOutOfMemory(said)) {
    return new StudioError("MEMORY_LIMIT", {
      message: `There is not enough memory to load ${file}.`,
      hint: "Close other programs, or choose a smaller model.",
      cause,
    });
  }
  if (/Protobuf parsing failed|INVALID_PROTOBUF|ModelProto does not have a graph/.test(said)) {
    return new StudioError("MODEL_FILE", {
      message: `${file} is no ONNX graph, or it is cut off: expected a whole file.`,
      cause,
    });
  }
  if (/external data|External data|GetExtDataFromTensorProto|mmap|file_size/.test(said)) {
    return new StudioError("MODEL_FILE", {
      message: `The weights that ${file} keeps in a file beside it are missing or cut off: ${firstLine(said)}`,
      cause,
    });
  }
  return new StudioError("MODEL_FILE", {
    message: `${file} cannot be loaded: ${firstLine(said)}`,
    cause,
  });
}

/** What the runtime said while a graph ran. */
export function describeRunFailure(file: string, cause: unknown): StudioError {
  const said = messageOf(cause);
  if (isOutOfMemory(said)) {
    return new StudioError("MEMORY_LIMIT", { message: `Memory ran out while ${file} worked.`, cause });
  }
  return new StudioError("MODEL_RUN", { message: `${file} failed while it ran: ${firstLine(said)}`, cause });
}

function isOutOfMemory(said: string): boolean {
  return /bad_alloc|Failed to allocate memory|BFCArena|out of memory/i.test(said);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").slice(0, 300);
}
