import { Block } from "../component/block.ts";
import type { BlockOptions } from "../component/options.ts";
import { VitrineError } from "../errors.ts";
import { buildInside } from "./building-context.ts";

/** A build callback: what is constructed in it belongs to the layout. */
export type Build = () => void;

/**
 * A block with children and no value. As an output it takes `update({ visible: false })` and the like.
 * Layouts are written `new Row(() => { … })` or `new Row({ scale: 2 }, () => { … })`.
 */
export abstract class Layout extends Block<never, never> {
  readonly children: Block[] = [];

  constructor(optionsOrBuild: BlockOptions | Build = {}, build?: Build) {
    super(typeof optionsOrBuild === "function" ? {} : optionsOrBuild);
    const callback = typeof optionsOrBuild === "function" ? optionsOrBuild : build;
    if (callback) this.build(callback);
  }

  /** Adds more children, as the constructor's callback does. */
  build(build: Build): this {
    buildInside(this, build);
    return this;
  }

  append(block: Block): void {
    if (block.parent) {
      throw new VitrineError("BLOCK_TWICE", {
        message: `This ${block.type} already stands in the page and cannot be placed again.`,
      });
    }
    block.parent = this;
    this.children.push(block);
  }

  remove(block: Block): void {
    const index = this.children.indexOf(block);
    if (index < 0) return;
    this.children.splice(index, 1);
    block.parent = undefined;
  }
}
