export { DirectoryInUse, StorageFailed, StorageFull, type StorageUsage } from '@ticketrail/lmdb';
export { EntryMissing } from './lmdb/durable-partition.js';
export {
  LmdbEventLog,
  LogClosed,
  UnknownLogFormat,
  type LmdbEventLogOptions,
  type LogStats,
} from './lmdb/lmdb-event-log.js';
export { connectNats, NatsUnreachable, type NatsOptions } from './jetstream/connect-nats.js';
export {
  JetStreamEventLog,
  type JetStreamLogCreation,
  type JetStreamLogOpening,
  type JetStreamLogOptions,
} from './jetstream/jetstream-event-log.js';
export {
  JetStreamLogClosed,
  LogMissing,
  LogReplaced,
  LogSettingsContradict,
  LogUnavailable,
  LogWentBack,
  LogWithoutRoom,
  MessageTooLarge,
} from './jetstream/log-errors.js';
export type { Member } from './jetstream/member-list.js';
export {
  createMembership,
  NatsMembership,
  type MemberWatch,
  type MembershipCreation,
  type NatsMembershipOptions,
} from './jetstream/nats-membership.js';
export { rendezvous } from './jetstream/rendezvous.js';
