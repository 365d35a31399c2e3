import { Component, type ComponentChildren } from "preact";

interface ErrorBoundaryProps {
  readonly children: ComponentChildren;
  /** Whether to say what went wrong inside. */
  readonly isDevelopment: boolean;
}

/** Keeps a view that fails from taking the rest of the page with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: string | null }> {
  override state = { error: null };

  static override getDerivedStateFromError(error: unknown): { error: string } {
    return { error: String(error) };
  }

  override render(
    { children, isDevelopment }: ErrorBoundaryProps,
    { error }: { readonly error: string | null },
  ) {
    if (!error) return children;
    return (
      <p class="vt-error" role="alert" data-part="block-error">
        This part could not be drawn{isDevelopment ? `: ${error}` : "."}{" "}
        <button type="button" class="vt-link" onClick={() => this.setState({ error: null })}>
          Try again
        </button>
      </p>
    );
  }
}
