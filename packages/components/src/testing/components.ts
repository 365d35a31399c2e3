import { Block, Component, toBlockId, type Props } from "@vitrine/core";
import * as entry from "../index.ts";

type BlockClass = new (options: object) => Block;

/** Options without which some cannot be built, or offer nothing; others take no notice. */
const exampleOptions = {
  label: "Example",
  choices: ["first", ["Second", "second"], 3],
  components: [],
  samples: [],
};

const classes = Object.entries(entry).flatMap(([name, exported]) =>
  typeof exported === "function" && exported.prototype instanceof Block
    ? [[name, exported as unknown as BlockClass] as const]
    : [],
);

/** Every component the package exports: nobody lists them. */
export function everyComponent(): readonly (readonly [name: string, component: Component])[] {
  return everyBlock().flatMap(([name, block]) =>
    block instanceof Component ? [[name, block] as const] : [],
  );
}

/** As `everyComponent`, with the layouts. */
export function everyBlock(): readonly (readonly [name: string, block: Block])[] {
  return classes.map(([name, OneBlock]) => [name, new OneBlock(exampleOptions)]);
}

/** Whether the class is another exported one with other defaults, as TextArea is: it shares that one's type and view. */
export function isVariant(block: Block): boolean {
  const parent: unknown = Object.getPrototypeOf(block.constructor);
  const [, Parent] = classes.find(([, OneBlock]) => OneBlock === parent) ?? [];
  return Parent !== undefined && new Parent(exampleOptions).type === block.type;
}

/** What the view of a block is given. */
export function propsOf(block: Block): Props {
  return block.props(() => toBlockId("b0"));
}
