import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

interface Props {
  readonly text: string;
  readonly class?: string;
  readonly testId?: string;
  readonly state?: string;
  readonly children: ComponentChildren;
}

/** A word with an explanation: by pointing, by focus, by tapping; Escape puts it away. */
export function Tooltip({ text, class: className = '', testId, state, children }: Props) {
  const id = useId();
  const [away, setAway] = useState(false);
  return (
    <span class="tooltip-anchor" onMouseEnter={() => setAway(false)}>
      <button
        type="button"
        class={`badge ${className}`}
        aria-describedby={id}
        data-testid={testId}
        data-state={state}
        onFocus={() => setAway(false)}
        onKeyDown={(event) => event.key === 'Escape' && setAway(true)}
      >
        {children}
      </button>
      <span role="tooltip" id={id} class="tooltip" hidden={away}>
        {text}
      </span>
    </span>
  );
}
