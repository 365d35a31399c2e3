import { useEffect, useRef } from "preact/hooks";

interface RecordingPillProps {
  readonly count: number;
  readonly onStop: () => void;
}

/** Says that clicks are recorded, and ends it. */
export function RecordingPill({ count, onStop }: RecordingPillProps) {
  const pill = useRef<HTMLDivElement>(null);
  useEffect(() => pill.current?.showPopover(), []);
  return (
    <div ref={pill} class="vt-api-pill" data-part="api-recording" popover="manual">
      <span class="vt-api-dot" aria-hidden="true" />
      <span role="status">
        Recording: {count} {count === 1 ? "call" : "calls"}
      </span>
      <button type="button" class="vt-button" data-size="sm" onClick={onStop}>
        Stop
      </button>
    </div>
  );
}
