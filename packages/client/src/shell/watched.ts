import { Component, type ComponentChildren, type ComponentType } from "preact";
import { effect } from "../signal.ts";

/** A component that draws again when a signal it has read changes, or one of its props; and else never. */
export function watched<TProps extends object>(
  draw: (props: TProps) => ComponentChildren,
): ComponentType<TProps> {
  return class Watched extends Component<TProps> {
    #stop = () => undefined as void;

    override shouldComponentUpdate(props: TProps, state: object): boolean {
      return state !== this.state || !isShallowlySame(props, this.props as TProps);
    }

    override componentWillUnmount(): void {
      this.#stop();
    }

    override render(props: TProps): ComponentChildren {
      this.#stop();
      let drawn: ComponentChildren;
      let isDrawn = false;
      this.#stop = effect(() => {
        if (isDrawn) return this.setState({});
        isDrawn = true;
        drawn = draw(props);
      });
      return drawn;
    }
  };
}

function isShallowlySame(a: object, b: object): boolean {
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([name, value]) => right.get(name) === value);
}
