import { foldText } from "./filter-choices.ts";

interface LabelledChoice {
  readonly label: string;
  readonly value: string | number;
}

/** The choices of a combobox, made ready for searching once. */
export interface ChoiceIndex {
  readonly choices: readonly LabelledChoice[];
  /** Labels as `filterChoices` wants them. */
  readonly folded: readonly string[];
  readonly places: ReadonlyMap<string | number, number>;
}

export function indexChoices(choices: readonly LabelledChoice[]): ChoiceIndex {
  return {
    choices,
    folded: choices.map(({ label }) => foldText(label)),
    places: new Map(choices.map(({ value }, index) => [value, index])),
  };
}
