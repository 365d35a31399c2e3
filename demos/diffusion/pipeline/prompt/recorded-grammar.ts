/** What `fixtures/prompt_grammar.json` holds: the original parser's answers. */
export interface RecordedGrammar {
  readonly schedules: readonly RecordedSchedule[];
  readonly attention: readonly { readonly text: string; readonly parsed: readonly [string, number][] }[];
  readonly composition: readonly RecordedComposition[];
}

type RecordedEntries = readonly (readonly [number, string])[];

export interface RecordedSchedule {
  readonly prompt: string;
  readonly steps: number;
  readonly first_pass: RecordedEntries;
  readonly hires_pass: RecordedEntries;
  readonly old: RecordedEntries;
}

export interface RecordedComposition {
  readonly prompt: string;
  readonly indexes: readonly (readonly (readonly [number, number])[])[];
  readonly flat: readonly string[];
}
