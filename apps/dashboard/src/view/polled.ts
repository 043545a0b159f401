import { useEffect, useState } from 'preact/hooks';

export interface Polled<T> {
  readonly data: T | undefined;
  readonly error: string | undefined;
}

/**
 * Reads now and then what the stream does not send. The next read starts some time after the last answer, so a slow server is not asked
 * faster; a hidden tab asks for nothing. A failed read keeps the last answer, whose own as-of time says how old it is.
 */
export function usePolled<T>(
  read: (() => Promise<T>) | undefined,
  everyMs: number,
  inputs: readonly unknown[],
): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ data: undefined, error: undefined });
  useEffect(() => {
    setPolled({ data: undefined, error: undefined });
    if (!read) return undefined;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async () => {
      if (document.visibilityState === 'visible') {
        try {
          const data = await read();
          if (!over) setPolled({ data, error: undefined });
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          if (!over) setPolled((last) => ({ data: last.data, error: message }));
        }
      }
      if (!over) timer = setTimeout(() => void again(), everyMs);
    };
    void again();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, inputs);
  return polled;
}
