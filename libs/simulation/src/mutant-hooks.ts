/** Module hooks of Node's own that change compiled code while it is loaded, as a mutant says. */
import type { LoadHook } from 'node:module';
import type { Edit } from './mutants.js';

let edits: readonly Edit[] = [];

export function initialize(data: { edits: readonly Edit[] }): void {
  edits = data.edits;
}

export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  const own = edits.filter(({ file }) => url.endsWith(file));
  if (own.length === 0) return loaded;
  let source = String(Buffer.from(loaded.source as Uint8Array));
  for (const { file, text, replacement } of own) {
    const occurrences = source.split(text).length - 1;
    if (occurrences !== 1) throw new Error(`${file} has ${occurrences} times, not once: ${text}`);
    source = source.replace(text, () => replacement);
  }
  return { ...loaded, source };
};
