/** What went wrong is a bug or a log that is not the one the rows were made from; the partition must stop. */
export class FoldMismatch extends Error {
  readonly code = 'FOLD_MISMATCH';
}
