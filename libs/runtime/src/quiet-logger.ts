import { ConsoleLogger } from '@nestjs/common';

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
