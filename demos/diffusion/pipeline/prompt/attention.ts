/** A stretch of prompt with one weight, or the place where a new chunk of tokens begins. */
export type AttentionPiece =
  | { readonly kind: "text"; readonly text: string; readonly weight: number }
  | { readonly kind: "break" };

export interface AttentionOptions {
  /**
   * Whether BREAK inside weighted brackets loses its meaning and becomes a word, as in the webui.
   * Turn it on to repeat an old picture exactly. @default false
   */
  readonly webuiBreaks?: boolean;
}

const roundFactor = 1.1;
const squareFactor = 1 / 1.1;
/** Upper case, and not part of a longer word. */
const breakWord = /\s*(?<![\p{L}\p{N}_])BREAK(?![\p{L}\p{N}_])\s*/u;
const explicitWeight = /:\s*([+-]?[.\d]+)\s*\)/y;
const plainRun = /[^\\()[\]:]+/y;

/**
 * Splits a prompt into pieces by their brackets: `(x)` is 1.1 times as strong, `[x]` as much weaker,
 * `(x:1.4)` 1.4 times; nesting multiplies; a backslash takes a bracket literally.
 *
 * Brackets that never close reach to the end of the prompt; brackets that were never opened are text.
 */
export function parseAttention(prompt: string, options: AttentionOptions = {}): AttentionPiece[] {
  const scanner = new AttentionScanner();
  let at = 0;
  while (at < prompt.length) at = scanner.read(prompt, at);
  return mergePieces(scanner.finish(), options.webuiBreaks ?? false);
}

interface Draft {
  text: string;
  weight: number;
  /** Made by the word BREAK, whatever has been multiplied into its weight since. */
  readonly isBreak: boolean;
}

class AttentionScanner {
  private readonly drafts: Draft[] = [];
  /** For each open bracket, how many pieces stood before it. */
  private readonly openRound: number[] = [];
  private readonly openSquare: number[] = [];

  /** Takes one token at `at` and returns where the next begins. */
  read(prompt: string, at: number): number {
    const char = prompt.charAt(at);
    switch (char) {
      case "\\":
        return this.readEscape(prompt, at);
      case "(":
        this.openRound.push(this.drafts.length);
        return at + 1;
      case "[":
        this.openSquare.push(this.drafts.length);
        return at + 1;
      case ")":
        this.close(this.openRound, roundFactor, char);
        return at + 1;
      case "]":
        this.close(this.openSquare, squareFactor, char);
        return at + 1;
      case ":":
        return this.readColon(prompt, at);
      default:
        return this.readPlain(prompt, at);
    }
  }

  finish(): Draft[] {
    this.multiplyToEnd(this.openRound, roundFactor);
    this.multiplyToEnd(this.openSquare, squareFactor);
    return this.drafts;
  }

  private readEscape(prompt: string, at: number): number {
    const next = prompt.charAt(at + 1);
    if (next !== "" && "()[]\\".includes(next)) {
      this.addText(next);
      return at + 2;
    }
    // Before anything else a backslash means nothing and is dropped.
    this.addText("");
    return at + 1;
  }

  private readColon(prompt: string, at: number): number {
    explicitWeight.lastIndex = at;
    const match = explicitWeight.exec(prompt);
    if (!match) {
      this.addText(":");
      return at + 1;
    }
    const weight = Number(match[1]);
    const opened = this.openRound.at(-1);
    if (opened === undefined) {
      this.addText(match[0]);
      return at + match[0].length;
    }
    if (Number.isNaN(weight)) {
      // Something like 1.2.3 is no number: it is text, and the bracket closes as an unweighted one.
      this.addText(match[0].slice(0, -1));
      return at + match[0].length - 1;
    }
    this.openRound.pop();
    this.multiply(opened, weight);
    return at + match[0].length;
  }

  private readPlain(prompt: string, at: number): number {
    plainRun.lastIndex = at;
    const run = plainRun.exec(prompt)?.[0] ?? prompt.charAt(at);
    run.split(breakWord).forEach((part, index) => {
      if (index > 0) this.drafts.push({ text: "BREAK", weight: -1, isBreak: true });
      this.addText(part);
    });
    return at + run.length;
  }

  private close(open: number[], factor: number, char: string): void {
    const opened = open.pop();
    if (opened === undefined) this.addText(char);
    else this.multiply(opened, factor);
  }

  private addText(text: string): void {
    this.drafts.push({ text, weight: 1, isBreak: false });
  }

  private multiply(from: number, factor: number): void {
    for (const draft of this.drafts.slice(from)) draft.weight *= factor;
  }

  /** Unclosed brackets: one pass over the pieces, however many brackets there are. */
  private multiplyToEnd(open: readonly number[], factor: number): void {
    let depth = 0;
    this.drafts.forEach((draft, index) => {
      while (depth < open.length && (open[depth] ?? 0) <= index) depth++;
      for (let level = 0; level < depth && Number.isFinite(draft.weight) && draft.weight !== 0; level++) {
        draft.weight *= factor;
      }
    });
  }
}

function mergePieces(drafts: readonly Draft[], webuiBreaks: boolean): AttentionPiece[] {
  const pieces: AttentionPiece[] = [];
  let text = "";
  let weight: number | undefined;
  const flush = () => {
    if (weight !== undefined) pieces.push({ kind: "text", text, weight });
    weight = undefined;
    text = "";
  };
  for (const draft of drafts) {
    if (draft.isBreak && (!webuiBreaks || draft.weight === -1)) {
      flush();
      pieces.push({ kind: "break" });
      continue;
    }
    if (weight !== draft.weight) {
      flush();
      weight = draft.weight;
    }
    text += draft.text;
  }
  flush();
  return pieces.length > 0 ? pieces : [{ kind: "text", text: "", weight: 1 }];
}
