import type { ComponentOptions, RequiredOption } from "@vitrine/core";
import type { Choices, ChoiceType, ChoiceValueOf } from "../shared/choices.ts";
import type { Received } from "../shared/required.ts";

export interface DropdownOptions<
  TChoices extends Choices = Choices,
  TType extends ChoiceType = ChoiceType,
  TMulti extends boolean = boolean,
  TCustom extends boolean = boolean,
  TRequired extends boolean = boolean,
>
  extends ComponentOptions<DropdownOut<TChoices, TMulti, TCustom>>, RequiredOption<TRequired> {
  /** What is offered: values, or [label, value] pairs; thousands are fine. @default [] */
  readonly choices?: TChoices;
  /** Your function receives the chosen value, or its place in the list (from 0; `null` for a custom value). @default "value" */
  readonly type?: TType;
  /** Several may be chosen; your function receives an array. @default false */
  readonly multiselect?: TMulti;
  /** Most choices with `multiselect`. @default no limit */
  readonly maxChoices?: number;
  /** Visitors may also enter a text that is none of the choices. @default false */
  readonly allowCustomValue?: TCustom;
  /** Typing searches the choices; `false` with a single choice draws the browser's own select. @default true */
  readonly filterable?: boolean;
  /** Shown in grey while nothing is chosen. @default "Choose…" */
  readonly placeholder?: string;
}

type DropdownValue<TChoices extends Choices, TCustom extends boolean> =
  | ChoiceValueOf<TChoices>
  | (TCustom extends true ? string : never);

type OneIn<
  TChoices extends Choices,
  TType extends ChoiceType,
  TCustom extends boolean,
> = TType extends "index" ? number | (TCustom extends true ? null : never) : DropdownValue<TChoices, TCustom>;

/** What a function receives. */
export type DropdownIn<
  TChoices extends Choices,
  TType extends ChoiceType,
  TMulti extends boolean,
  TCustom extends boolean,
  TRequired extends boolean,
> = TMulti extends true
  ? OneIn<TChoices, TType, TCustom>[]
  : Received<OneIn<TChoices, TType, TCustom>, TRequired>;

/** What a function may return. */
export type DropdownOut<TChoices extends Choices, TMulti extends boolean, TCustom extends boolean> =
  | DropdownValue<TChoices, TCustom>
  | (TMulti extends true ? readonly DropdownValue<TChoices, TCustom>[] : never)
  | null;
