import { isatty } from 'node:tty';
import { ConsoleLogger } from '@nestjs/common';
import { type Config, LOG_LEVELS } from './config.js';

/** What the framework says of every module and route at each start; routes are in the OpenAPI document. */
const CHATTER = new Set(['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/** Nest's logger without the framework's account of its own start. Its warnings and errors remain. */
export class QuietLogger extends ConsoleLogger {
  override log(message: unknown, ...parameters: unknown[]): void {
    const context = parameters.at(-1);
    if (typeof context === 'string' && CHATTER.has(context)) return;
    super.log(message, ...(parameters as [string]));
  }
}

/** For people where a terminal is, else for machines: one line of JSON each. */
export function loggerOf({ logLevel }: Config): QuietLogger {
  return new QuietLogger({
    // Of the process: the stream of a thread is never a terminal.
    json: !isatty(1),
    logLevels: LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(logLevel) + 1),
  });
}
