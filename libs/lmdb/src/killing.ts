/** For the tests of what survives the death of its writer. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Runs a program until it has printed `count` lines, kills it with SIGKILL, and hands over every line that came out. Rejects
 * when the program ends before.
 */
export async function linesUntilKilled(program: URL, args: readonly string[], count: number): Promise<string[]> {
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  await closed;
  if (lines.length < count) throw new Error(`The program ended after ${lines.length} of ${count} lines`);
  return lines;
}
