import { useRef, useState } from 'preact/hooks';
import { inHeldOrder } from '../figures/ordering.js';

const RANK_EVERY_MS = 3000;

/**
 * Keeps rows from jumping away: they are ranked anew every few seconds, and not at all while somebody points at them or has the focus
 * in them. Their figures go on changing meanwhile. Another `basis` (a sort, a search) ranks at once.
 */
export function useHeldOrder<Row>(sorted: readonly Row[], idOf: (row: Row) => string, basis: string) {
  const [pointing, setPointing] = useState(false);
  const [focused, setFocused] = useState(false);
  const held = useRef<{ ids: string[]; atMs: number; basis: string }>({ ids: [], atMs: -Infinity, basis });
  const now = performance.now();
  const hold = held.current.basis === basis && (pointing || focused || now - held.current.atMs < RANK_EVERY_MS);
  const rows = hold ? inHeldOrder(sorted, held.current.ids, idOf) : [...sorted];
  if (!hold) held.current = { ids: rows.map(idOf), atMs: now, basis };
  return {
    rows,
    held: pointing || focused,
    holders: {
      onMouseEnter: () => setPointing(true),
      onMouseLeave: () => setPointing(false),
      onFocusIn: () => setFocused(true),
      onFocusOut: () => setFocused(false),
    },
  };
}
