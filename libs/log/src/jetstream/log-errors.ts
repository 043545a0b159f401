/** What can go wrong with a log on JetStream, besides what the port names. */

/** A stream of the log is not there. */
export class LogMissing extends Error {
  readonly code = 'LOG_MISSING';
}

/** A stream is set up in a way that breaks what the log promises, such as forgetting by age. */
export class LogSettingsContradict extends Error {
  readonly code = 'LOG_SETTINGS_CONTRADICT';
}

/** The streams were deleted and made anew under a service that runs: positions it knows mean nothing in the new ones. */
export class LogReplaced extends Error {
  readonly code = 'LOG_REPLACED';
}

/** The log does not reach as far as a reader has read, or holds something else there: it was put back to an older state. */
export class LogWentBack extends Error {
  readonly code = 'LOG_WENT_BACK';
}

/** The message is larger than the server takes; sending it again is of no use. */
export class MessageTooLarge extends Error {
  readonly code = 'MESSAGE_TOO_LARGE';
}

/** NATS has less room than the log's streams are to have, or in a cluster fewer servers than they are to have copies. */
export class LogWithoutRoom extends Error {
  readonly code = 'LOG_WITHOUT_ROOM';
}

/** The log did not answer in time. Whether it stored the message is open. */
export class LogUnavailable extends Error {
  readonly code = 'LOG_UNAVAILABLE';
}

/** The log has been closed in this process. */
export class JetStreamLogClosed extends Error {
  readonly code = 'LOG_CLOSED';
}

/** JetStream's own error codes: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
export const ERROR_CODES = {
  /** No server of a cluster has the room, or too few of them run. */
  noSuitablePeers: 10005,
  insufficientResources: 10023,
  memoryResourcesExceeded: 10028,
  storageResourcesExceeded: 10047,
  streamNameInUse: 10058,
  streamNotFound: 10059,
  wrongLastSequence: 10071,
  /** The same, where a cluster cannot say which sequence it is. */
  wrongLastSequenceUnknown: 10164,
  /** What a stream answers when it has reached its size and discards new messages, and when its disk takes no more. */
  streamStoreFailed: 10077,
} as const;
