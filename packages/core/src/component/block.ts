import { appendToCurrentLayout, withoutLayout } from "../app/building-context.ts";
import { VitrineError } from "../errors.ts";
import type { BlockId } from "../ids.ts";
import type { BlockOptions } from "./options.ts";
import type { Props, Update } from "./update.ts";

/** Gives the id a block has in its app; for props that name other blocks. */
export type IdOf = (block: Block) => BlockId;

/** What a block stands in. */
export interface BlockParent {
  append(block: Block): void;
  remove(block: Block): void;
}

/** Any node of the page: a layout, which has children, or a component, which has a value. */
export abstract class Block<TIn = unknown, TOut = unknown> {
  /** Only for the compiler: what a function receives for this block, and what it may return. */
  declare readonly valueTypes: { readonly in: TIn; readonly out: TOut | Update };
  /** Name of the view that draws it. */
  abstract readonly type: string;
  /** What visitors can do to it, and listeners can listen for. */
  readonly events: readonly string[] = [];
  readonly options: BlockOptions;
  parent: BlockParent | undefined;

  constructor(options: BlockOptions = {}) {
    this.options = options;
    if (options.render !== false) appendToCurrentLayout(this);
  }

  /** Places a block that was built with `render: false`, or outside any layout, where this is called. */
  render(): this {
    if (this.parent) {
      throw new VitrineError("BLOCK_TWICE", {
        message: `This ${this.type} already stands in the page and cannot be placed again.`,
      });
    }
    appendToCurrentLayout(this);
    return this;
  }

  /** Takes the block out of its layout, so that it can be placed elsewhere; its listeners stay. */
  unrender(): this {
    this.parent?.remove(this);
    return this;
  }

  /** The options the view needs, as JSON. Components and layouts add their own in `ownProps`. */
  props(idOf: IdOf): Props {
    const { visible, elemId, elemClasses, scale, minWidth } = this.options;
    return {
      ...(visible === undefined ? {} : { visible }),
      ...(elemId === undefined ? {} : { elemId }),
      ...(elemClasses === undefined ? {} : { elemClasses: [...elemClasses] }),
      ...(scale === undefined ? {} : { scale }),
      ...(minWidth === undefined ? {} : { minWidth }),
      ...this.ownProps(idOf),
    };
  }

  /** The same block with other options, standing in no layout; for updates of one session. */
  withOptions(changes: Readonly<Record<string, unknown>>): this {
    const Same = this.constructor as new (options: object) => this;
    return withoutLayout(() => new Same({ ...this.options, ...changes }));
  }

  /** Declares the listeners the block brings itself; called once, when the app is complete. */
  declareListeners(): void {}

  protected ownProps(_idOf: IdOf): Props {
    return {};
  }
}
