export type NatsService = 'collector' | 'enricher' | 'aggregator' | 'api' | 'migrator';

/** The services that have a user of their own. */
export const NATS_SERVICES: readonly NatsService[];

/** The subject under which a service's answers come: the option `inboxPrefix` of its connection. */
export function inboxPrefixOf(service: NatsService): string;

/** The authorization block of nats-server's configuration, from the public keys of all services; `prefix` is LOG_PREFIX. */
export function authorizationBlock(publicKeys: Readonly<Record<NatsService, string>>, prefix?: string): string;
