/** Makes what a thread runs that serves no HTTP of its own: the services of a module, begun. */
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from './config.js';
import { loggerOf } from './quiet-logger.js';

export function createThreadApp(module: DynamicModule, config: Config): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(module, { abortOnError: false, logger: loggerOf(config) });
}
