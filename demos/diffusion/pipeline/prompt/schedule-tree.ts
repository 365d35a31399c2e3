/**
 * What scheduling makes of a prompt: text, `[from:to:when]` and `[a|b|c]`, nested as written.
 * Attention brackets stay in the text; they are read later, step by step.
 */
export type ScheduleNode =
  | string
  | SwitchNode
  | MarkNode
  | { readonly kind: "alternate"; readonly options: readonly (readonly ScheduleNode[])[] };

interface SwitchNode {
  readonly kind: "switch";
  readonly before: readonly ScheduleNode[];
  readonly after: readonly ScheduleNode[];
  readonly when: SwitchTime;
  /** All of it as it was written, should it turn out to be text. */
  readonly written: readonly ScheduleNode[];
}

/** Brackets and colons that are text: marks of weights, or such that mean nothing. */
interface MarkNode {
  readonly kind: "mark";
  readonly text: string;
  readonly isStray: boolean;
}

/** When a switch happens, as written: with a decimal point it is a share of the steps, without a step. */
export interface SwitchTime {
  readonly value: number;
  readonly isFraction: boolean;
}

/**
 * Reads the scheduling of a prompt.
 *
 * Brackets that do not close or do not form a schedule are text. A prompt with a `|` outside `[…]`, or a
 * backslash at the end of a line, is not part of the language at all: then nothing in it is scheduled and
 * the result is undefined.
 */
export function parseScheduleTree(prompt: string): readonly ScheduleNode[] | undefined {
  const reader = new ScheduleReader();
  for (const [token] of prompt.matchAll(tokens)) {
    if (!reader.take(token)) return undefined;
  }
  return reader.finish();
}

/** An escaped character, a lone backslash, a mark of the language, or a run of anything else. */
const tokens = /\\[^\n]|\\|[()[\]:|]|[^\\()[\]:|]+/g;
const switchNumber = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/;

/** One bracket that is open while reading: its parts so far, and the marks between them. */
interface Frame {
  readonly bracket: "(" | "[";
  readonly parts: ScheduleNode[][];
  readonly marks: (":" | "|")[];
}

class ScheduleReader {
  private readonly top: ScheduleNode[] = [];
  private readonly frames: Frame[] = [];

  /** Takes one token; false when the prompt is outside the language. */
  take(token: string): boolean {
    switch (token) {
      case "\\":
        return false;
      case "(":
      case "[":
        this.frames.push({ bracket: token, parts: [[]], marks: [] });
        return true;
      case ")":
      case "]":
        return this.close(token);
      case ":":
        return this.colon();
      case "|":
        return this.bar();
      default:
        this.add(token);
        return true;
    }
  }

  finish(): readonly ScheduleNode[] | undefined {
    return this.giveUpOpenFrames() ? dropOvershadowed(this.top) : undefined;
  }

  private add(node: ScheduleNode): void {
    const list = this.frames.at(-1)?.parts.at(-1) ?? this.top;
    const last = list.at(-1);
    const joined = last === undefined ? undefined : join(last, node);
    if (joined === undefined) list.push(node);
    else list[list.length - 1] = joined;
  }

  private colon(): boolean {
    const frame = this.frames.at(-1);
    if (!frame) this.add(stray(":"));
    else split(frame, ":");
    return true;
  }

  private bar(): boolean {
    const frame = this.frames.at(-1);
    if (frame?.bracket !== "[") return false;
    split(frame, "|");
    return true;
  }

  private close(bracket: ")" | "]"): boolean {
    const frame = this.frames.at(-1);
    const fits = frame && (frame.bracket === "(") === (bracket === ")");
    if (fits) {
      const nodes = closeFrame(frame);
      if (nodes) {
        this.frames.pop();
        for (const node of nodes) this.add(node);
        return true;
      }
    }
    // What stands inside brackets must be well formed, so everything still open around this is text as well.
    if (!this.giveUpOpenFrames()) return false;
    this.add(stray(bracket));
    return true;
  }

  /** Turns every open bracket back into text; false where that leaves a `|` outside brackets. */
  private giveUpOpenFrames(): boolean {
    for (const frame of this.frames.splice(0)) {
      if (frame.marks.includes("|")) return false;
      for (const node of spellOut(frame, { isStray: true })) this.add(node);
    }
    return true;
  }
}

/**
 * Takes switches as text where an even number of brackets and colons follows directly, of which the last ones mean
 * nothing: `[a:b:5]((` and `(x [a:b:5]))` stay as they are written. The webui's parser prefers that reading, and
 * pictures were made with it.
 */
function dropOvershadowed(nodes: readonly ScheduleNode[]): ScheduleNode[] {
  const kept: ScheduleNode[] = [];
  // From the end: what a switch turns into may stand behind another one. `kept` is in reverse until it is returned.
  for (const node of nodes.toReversed()) {
    const isOvershadowed = typeof node !== "string" && node.kind === "switch" && endsEvenly(kept);
    kept.push(...(isOvershadowed ? node.written.toReversed() : [node]));
  }
  return kept.reverse();
}

/** Whether what follows, in reverse, begins with an even number of marks, stray ones at their end. */
function endsEvenly(following: readonly ScheduleNode[]): boolean {
  let count = 0;
  let strays = 0;
  for (let at = following.length - 1; at >= 0; at--) {
    const node = following[at]!;
    if (typeof node === "string" || node.kind !== "mark" || (strays > 0 && !node.isStray)) break;
    count += node.text.length;
    if (node.isStray) strays += node.text.length;
  }
  return strays > 0 && count % 2 === 0;
}

function split(frame: Frame, mark: ":" | "|"): void {
  frame.marks.push(mark);
  frame.parts.push([]);
}

/** The nodes a closed bracket stands for, or undefined when its parts form nothing. */
function closeFrame(frame: Frame): readonly ScheduleNode[] | undefined {
  const { bracket, parts, marks } = frame;
  const closing: MarkNode = { kind: "mark", text: bracket === "(" ? ")" : "]", isStray: false };
  if (marks.length === 0) return [...spellOut(frame), closing];
  if (bracket === "(") return marks.length === 1 ? [...spellOut(frame), closing] : undefined;
  if (marks.every((mark) => mark === "|")) return [{ kind: "alternate", options: parts }];
  if (marks.includes("|") || marks.length > 2) return undefined;
  const when = readSwitchTime(parts.at(-1) ?? []);
  if (!when) return undefined;
  const [before, after] = marks.length === 2 ? [parts[0], parts[1]] : [[], parts[0]];
  const written = [...spellOut(frame, { isStray: true }), stray("]")];
  return [{ kind: "switch", before: before ?? [], after: after ?? [], when, written }];
}

function spellOut({ bracket, parts, marks }: Frame, { isStray } = { isStray: false }): ScheduleNode[] {
  const mark = (text: string): MarkNode => ({ kind: "mark", text, isStray });
  return [
    mark(bracket),
    ...parts.flatMap((part, index) => (index === 0 ? part : [mark(marks[index - 1] ?? ""), ...part])),
  ];
}

/** Neighbours of one kind as one: brackets by the thousand would take too long one by one. */
function join(first: ScheduleNode, second: ScheduleNode): ScheduleNode | undefined {
  if (typeof first === "string") return typeof second === "string" ? first + second : undefined;
  if (first.kind !== "mark" || typeof second === "string" || second.kind !== "mark") return undefined;
  return first.isStray === second.isStray ? { ...first, text: first.text + second.text } : undefined;
}

function stray(text: string): MarkNode {
  return { kind: "mark", text, isStray: true };
}

function readSwitchTime(part: readonly ScheduleNode[]): SwitchTime | undefined {
  const [text] = part;
  if (part.length !== 1 || typeof text !== "string") return undefined;
  const number = switchNumber.exec(text)?.[1];
  return number === undefined ? undefined : { value: Number(number), isFraction: number.includes(".") };
}
