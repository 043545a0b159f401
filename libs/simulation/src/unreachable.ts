/** An engine did not answer, or so it seems to the process that asked. */
export class Unreachable extends Error {
  readonly code = 'UNREACHABLE';
}
