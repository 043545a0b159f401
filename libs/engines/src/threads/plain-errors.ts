/** Errors as plain data and back: what is copied to another thread keeps neither its class nor its code. */
import { LogFull, UnexpectedLastEntry } from '@ticketrail/pipeline';

export interface PlainError {
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: PlainError;
}

/** Those that callers tell by their class; all others are told by their code. */
const CLASSES: Readonly<Record<string, new (message: string, options: ErrorOptions) => Error>> = {
  LOG_FULL: LogFull,
  UNEXPECTED_LAST_ENTRY: UnexpectedLastEntry,
};

export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack, cause } = error;
  return {
    message,
    ...(stack === undefined ? {} : { stack }),
    ...('code' in error ? { code: String(error.code) } : {}),
    ...(cause === undefined ? {} : { cause: plainError(cause) }),
  };
}

export function errorFrom({ message, stack, code, cause }: PlainError): Error {
  const options = cause === undefined ? {} : { cause: errorFrom(cause) };
  const Class = CLASSES[code ?? ''];
  const error =
    Class === undefined
      ? Object.assign(new Error(message, options), code === undefined ? {} : { code })
      : new Class(message, options);
  // Where it happened, not where it was told.
  if (stack !== undefined) error.stack = stack;
  return error;
}
