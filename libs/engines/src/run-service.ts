/** Runs one service of a cluster as a process: configuration, engines, HTTP with health and metrics, and an orderly end. */
import { type DynamicModule, Logger, Module, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type Config,
  ConfigError,
  createHttpApp,
  endOnSignal,
  endOnUnhandledErrors,
  Keys,
  leaveAfterFailedStart,
  readConfig,
  readKeys,
  RuntimeModule,
  Tracing,
} from '@ticketrail/runtime';
import { type ClusterRole, openClusterEngines, openClusterLog } from './cluster-engines.js';
import type { LogEngine } from './engines.js';
import { EnginesModule } from './engines.module.js';
import { waitForEngines } from './wait-for-engines.js';
import { WaitingServer } from './waiting-server.js';

export interface Service {
  readonly name: ClusterRole;
  readonly module: Type<unknown>;
  /** A service that only takes events needs the log alone. */
  readonly needs: 'log' | 'log and tables';
  /** Whether tenants ask it, so that it has to know their keys. */
  readonly hasTenants: boolean;
  /** Adds what is not in the module, before the port is opened. */
  readonly prepare?: (app: NestFastifyApplication) => Promise<void>;
}

@Module({})
class ServiceModule {}

export function runService(service: Service): void {
  endOnUnhandledErrors();
  start(service).catch((error: unknown) => leaveAfterFailedStart(`The ${service.name}`, error));
}

async function start(service: Service): Promise<void> {
  const config = readConfig(process.env);
  const keys = keysOf(service, config);
  const { engine, module } = await openWhenThere(service, config);
  try {
    const tracing = await Tracing.start(config, service.name);
    const app = await createHttpApp(
      { module: ServiceModule, imports: [RuntimeModule.with(config, keys, tracing), module, service.module] },
      config,
      tracing,
    );
    await service.prepare?.(app);
    endOnSignal(app);
    await app.listen(config.port, config.host);
    new Logger(service.name).log(`${config.cluster.memberName} listens at ${await app.getUrl()}`);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function keysOf(service: Service, config: Config): Keys {
  if (!service.hasTenants) return new Keys([]);
  if (config.apiKey === undefined && config.apiKeysFile === undefined) {
    throw new ConfigError(
      'Neither TICKETRAIL_API_KEY nor API_KEYS_FILE is set: every collector and api of a cluster needs the keys of its tenants',
    );
  }
  return readKeys(config, config.apiKey);
}

/** Opens the engines, answering for health meanwhile. A signal ends the waiting: nothing was begun. */
async function openWhenThere(service: Service, config: Config): Promise<{ engine: LogEngine; module: DynamicModule }> {
  const logger = new Logger(service.name);
  const leave = (): never => process.exit(0);
  process.once('SIGTERM', leave).once('SIGINT', leave);
  const waiting = await WaitingServer.listen(config.port, config.host);
  try {
    const say = (reason: string): void => {
      waiting.say(reason);
      logger.warn(`waiting for the engines: ${reason}`);
    };
    if (service.needs === 'log') {
      const engine = await waitForEngines(
        () => openClusterLog(config, service.name),
        config.cluster.enginesWaitMs,
        say,
      );
      return { engine, module: EnginesModule.ofLog(engine) };
    }
    const engines = await waitForEngines(
      () => openClusterEngines(config, service.name),
      config.cluster.enginesWaitMs,
      say,
    );
    return { engine: engines, module: EnginesModule.of(engines, config) };
  } finally {
    process.off('SIGTERM', leave).off('SIGINT', leave);
    await waiting.close();
  }
}
