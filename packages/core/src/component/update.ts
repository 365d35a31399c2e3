import type { Json } from "../json.ts";

/** Return it in place of a value to change other options of an output too. Made by `update()`. */
export class Update {
  readonly props: Readonly<Record<string, unknown>>;

  constructor(props: Readonly<Record<string, unknown>>) {
    this.props = props;
  }
}

/**
 * Changes only the given options of an output: `update({ choices: ["a", "b"], value: "a" })`, `update({ visible: false })`.
 * The changed options hold for this session until changed again.
 */
export function update(props: Readonly<Record<string, unknown>>): Update {
  return new Update(props);
}

/** Return `skip()` in place of a value to leave an output as it is. */
export function skip(): Update {
  return new Update({});
}

/** What the page is told of a block's options, by name. */
export type Props = Readonly<Record<string, Json>>;
