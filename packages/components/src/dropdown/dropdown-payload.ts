import type { ChoiceValue } from "../shared/choices.ts";

/** The chosen value, or an array of them with `multiselect`. */
export type DropdownPayload = ChoiceValue | null | readonly ChoiceValue[];
