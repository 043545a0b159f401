import cassandra from 'cassandra-driver';

/** The database did not do what was asked, although it was asked several times. Asking again later is safe. */
export class TablesUnavailable extends Error {
  readonly code = 'TABLES_UNAVAILABLE';
}

/** The database understood, and refused: another schema, missing rights, a row that is too large. Asking again does not help. */
export class TablesRefused extends Error {
  readonly code = 'TABLES_REFUSED';
}

/** More rows wait to be written than may wait. Nothing of the call was written. */
export class TablesBusy extends Error {
  readonly code = 'TABLES_BUSY';
}

const { responseErrorCodes } = cassandra.types;
const passing = new Set<number>([
  responseErrorCodes.serverError,
  responseErrorCodes.unavailableException,
  responseErrorCodes.overloaded,
  responseErrorCodes.isBootstrapping,
  responseErrorCodes.truncateError,
  responseErrorCodes.writeTimeout,
  responseErrorCodes.readTimeout,
  responseErrorCodes.readFailure,
  responseErrorCodes.writeFailure,
  // The driver prepares by itself what a node has forgotten; this is left over when that was not answered either.
  responseErrorCodes.unprepared,
]);

/** A node just found counts as up before it is connected; the driver then says this to whoever prepares, by no class or code. */
const NOT_CONNECTED_YET = 'No connection available';

/** Whether the same request may succeed a moment later. Every statement is idempotent, so a time-out counts as well. */
export function isPassing(error: unknown): boolean {
  if (error instanceof TablesUnavailable) return true;
  const { ResponseError, NoHostAvailableError, OperationTimedOutError, BusyConnectionError } = cassandra.errors;
  if (error instanceof ResponseError) return passing.has(error.code);
  if (error instanceof NoHostAvailableError) {
    // The hosts' own answers are in there: all of them may have refused.
    const causes = Object.values((error.innerErrors ?? {}) as Record<string, unknown>);
    return !causes.some((cause) => cause instanceof ResponseError && !passing.has(cause.code));
  }
  if (error instanceof OperationTimedOutError || error instanceof BusyConnectionError) return true;
  if (error instanceof Error && error.message === NOT_CONNECTED_YET) return true;
  return (error as { isSocketError?: boolean } | undefined)?.isSocketError === true;
}
