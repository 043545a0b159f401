import { useRef } from 'preact/hooks';

/** A figure under heavy traffic changes several times a second: it is marked at most this often. */
const MARK_EVERY_MS = 1500;

/** A figure that is subtly marked for a moment when it changes. Two classes take turns, because an animation restarts only under a new name. */
export function Figure({ text, class: className = '' }: { readonly text: string; readonly class?: string }) {
  const seen = useRef({ text, marks: 0, markedAtMs: 0 });
  const { current } = seen;
  if (current.text !== text) {
    current.text = text;
    const now = performance.now();
    if (now - current.markedAtMs > MARK_EVERY_MS) {
      current.markedAtMs = now;
      current.marks++;
    }
  }
  const mark = current.marks === 0 ? '' : current.marks % 2 === 0 ? 'changed-even' : 'changed-odd';
  return <span class={`figure ${mark} ${className}`}>{text}</span>;
}
