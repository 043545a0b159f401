/**
 * What is kept of a refused event. Everything, but for nesting so deep that writing it down again would overflow the stack:
 * settling must be able to write every batch. Collectors pass such events on as text, so this is for what comes otherwise.
 */

const DEPTH_KEPT_MAX = 600;

export function keepable(payload: unknown): unknown {
  return isDeeperThan(payload, DEPTH_KEPT_MAX) ? `[nested more than ${DEPTH_KEPT_MAX} levels deep, not kept]` : payload;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) if (isDeeperThan(child, levels - 1)) return true;
  return false;
}
