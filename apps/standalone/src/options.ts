import { parseArgs } from 'node:util';
import { ConfigError } from '@ticketrail/runtime';

export interface Options {
  /** Without synthetic restaurants. */
  readonly isEmpty: boolean;
}

export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({ args: [...args], options: { empty: { type: 'boolean', default: false } } });
    return { isEmpty: values.empty };
  } catch (cause) {
    throw new ConfigError(`${(cause as Error).message.split('.')[0]}. The only option is --empty.`, { cause });
  }
}
