// Child processes that are kept running: each line they write is shown with their name, and one that dies is started again.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 15_000;
/** Services end by themselves well before this. */
const END_MS_MAX = 12_000;

/** Shows what a stream says, a line at a time, behind a name. */
function prefixLines(stream, name) {
  createInterface({ input: stream }).on('line', (line) => console.log(`${name.padEnd(12)} | ${line}`));
}

function start(name, command, args, env) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  prefixLines(child.stdout, name);
  prefixLines(child.stderr, name);
  return child;
}

/** Runs a command to its end; answers its exit code. */
export function run(name, command, args, env) {
  const child = start(name, command, args, env);
  return {
    child,
    ended: new Promise((resolve) => {
      child.on('error', () => resolve(-1));
      child.on('close', (code) => resolve(code ?? -1));
    }),
  };
}

export class KeptProcess {
  #child;
  #isStopping = false;
  #pauseMs = PAUSE_MS_MIN;
  #stopped = new AbortController();

  constructor(name, command, args, env) {
    this.name = name;
    this.start = () => start(name, command, args, env);
    this.running = this.#keep();
  }

  get pid() {
    return this.#child?.pid;
  }

  async #keep() {
    while (!this.#isStopping) {
      const begun = Date.now();
      this.#child = this.start();
      const [code, signal] = await new Promise((resolve) => {
        this.#child.on('error', () => resolve([-1, null]));
        this.#child.on('exit', (...how) => resolve(how));
      });
      if (this.#isStopping) return;
      if (Date.now() - begun > 60_000) this.#pauseMs = PAUSE_MS_MIN;
      console.log(
        `${this.name} ended (${signal ?? `exit code ${code}`}); it is started again in ${this.#pauseMs / 1000} s`,
      );
      await sleep(this.#pauseMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      this.#pauseMs = Math.min(PAUSE_MS_MAX, this.#pauseMs * 2);
    }
  }

  /** Asks it to end, makes it end when it does not, and resolves when it is gone. */
  async stop() {
    this.#isStopping = true;
    this.#stopped.abort();
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => {
      console.log(`${this.name} did not end within ${END_MS_MAX / 1000} s and is killed`);
      this.#child.kill('SIGKILL');
    }, END_MS_MAX);
    await this.running;
    clearTimeout(patience);
  }
}
