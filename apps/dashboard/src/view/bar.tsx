/** A bar beside a figure: its length says the same as the figure, so it is not read out. */
export function Bar({ share, tone = '' }: { readonly share: number; readonly tone?: string }) {
  const percent = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * 100;
  return (
    <span class="bar" aria-hidden="true">
      <span class={`bar-fill ${tone}`} style={{ width: `${percent.toFixed(2)}%` }} />
    </span>
  );
}
