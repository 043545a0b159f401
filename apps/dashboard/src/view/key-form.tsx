import { useEffect, useRef, useState } from 'preact/hooks';
import { enterKey, keyRefused } from '../live/live.js';

/** Asks for the key when there is none, or when the server refuses the one there was. */
export function KeyForm() {
  const [entered, setEntered] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <main class="door">
      <form
        class="card door-card"
        data-testid="key-form"
        onSubmit={(event) => {
          event.preventDefault();
          const key = entered.trim();
          if (key) enterKey(key);
        }}
      >
        <h1>Ticketrail</h1>
        <p class="muted">Figures belong to a tenant, and the key says which. It is kept in this tab only.</p>
        {keyRefused.value && (
          <p class="failure" role="alert" data-testid="key-refused">
            The server does not accept that key. It may have been mistyped or withdrawn.
          </p>
        )}
        <label for="key">API key</label>
        <input
          ref={input}
          id="key"
          type="password"
          autoComplete="off"
          spellcheck={false}
          required
          value={entered}
          onInput={(event) => setEntered(event.currentTarget.value)}
          data-testid="key-input"
        />
        <button type="submit" class="button button-main" data-testid="key-submit">
          Open the dashboard
        </button>
        <p class="muted small">
          A link that ends in <code>#key=…</code> opens it directly; the key then leaves the address bar at once.
        </p>
      </form>
    </main>
  );
}
