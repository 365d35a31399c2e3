import { Component, h, type ComponentChild, type ComponentType, type FunctionComponent } from "preact";

/** Draws again only when a prop is another one; what does not change costs nothing while its neighbour streams. */
export function memo<TProps extends object>(
  View: FunctionComponent<TProps>,
  isSame: (before: TProps, after: TProps) => boolean = isShallowlySame,
): ComponentType<TProps> {
  return class Memo extends Component<TProps> {
    override shouldComponentUpdate(next: TProps): boolean {
      return !isSame(this.props, next);
    }

    override render(): ComponentChild {
      return h(View, this.props);
    }
  };
}

export function isShallowlySame(before: object, after: object): boolean {
  const old = before as Readonly<Record<string, unknown>>;
  const entries = Object.entries(after);
  return (
    entries.length === Object.keys(before).length &&
    entries.every(([name, value]) => Object.is(old[name], value))
  );
}
