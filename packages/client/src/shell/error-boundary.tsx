import { Component, type ComponentChildren } from "preact";

interface ErrorBoundaryProps {
  readonly children: ComponentChildren;
  /** Whether to say what went wrong inside. */
  readonly isDevelopment: boolean;
}

/** Keeps a view that fails from taking the rest of the page with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: Error | null }> {
  override state = { error: null };

  static override getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(
    { children, isDevelopment }: ErrorBoundaryProps,
    { error }: { readonly error: Error | null },
  ) {
    if (!error) return children;
    return (
      <p class="vt-error" role="alert" data-part="block-error">
        This part of the page could not be drawn{isDevelopment ? `: ${error.message}` : "."}{" "}
        <button type="button" class="vt-link" onClick={() => this.setState({ error: null })}>
          Try again
        </button>
      </p>
    );
  }
}
