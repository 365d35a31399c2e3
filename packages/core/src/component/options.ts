/** Options of every block. */
export interface BlockOptions {
  /** `false`: not in the page at all; `"hidden"`: in the page but not shown. @default true */
  readonly visible?: boolean | "hidden";
  /** `id` attribute of the block's element. */
  readonly elemId?: string;
  /** Extra class names of the block's element. */
  readonly elemClasses?: readonly string[];
  /** How much the block grows in a Row, relative to its neighbours; 0 keeps its own width. @default 1 */
  readonly scale?: number;
  /** Below this width in CSS pixels a Row wraps. @default 160 (Column: 320) */
  readonly minWidth?: number;
  /** `false`: build it now, place it later with `render()`. @default true */
  readonly render?: boolean;
  /** Identity across reloads of the script while developing. @default the block's place in the tree */
  readonly key?: string;
}

/** Options of every component. */
export interface ComponentOptions<TValue> extends BlockOptions {
  /** What it shows at first; a function is called anew each time a page opens. */
  readonly value?: TValue | (() => TValue | Promise<TValue>) | undefined;
  /** Text above the component. @default in an Interface the parameter's name, elsewhere none */
  readonly label?: string;
  /** Small explanation below the label. */
  readonly info?: string;
  /** Whether the label is drawn; screen readers hear it either way. @default true */
  readonly showLabel?: boolean;
  /** Whether the component has its own padding and surface. @default true */
  readonly container?: boolean;
  /** Whether visitors may change it. @default true if it is an input of a listener, or not an output of any */
  readonly interactive?: boolean;
}

/** For components that can be empty. */
export interface RequiredOption<TRequired extends boolean> {
  /** `true`: an empty field is refused beside the field; `false`: your function gets `null` for it. @default true */
  readonly required?: TRequired;
}
