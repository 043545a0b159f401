/**
 * Amounts inside the generator are whole cents, so that sums are exact. They become decimal numbers only in an event: the
 * number nearest to cents / 100 prints with at most two decimals.
 */

/** Basis points: 10,000 are the whole. A 13 % tax is 1,300. */
export const BASIS_POINTS = 10_000;

/** A number of dollars as it stands in an event. */
export function dollars(cents: number): number {
  if (!Number.isSafeInteger(cents)) throw new Error(`${cents} is not a whole number of cents.`);
  return cents / 100;
}

/** A share of an amount, rounded half up to the cent. */
export function shareOf(cents: number, basisPoints: number): number {
  return Math.floor((cents * basisPoints + BASIS_POINTS / 2) / BASIS_POINTS);
}

/** The whole cents between two shares of an amount, so that a share rounded to the cent cannot leave its range. */
export function centsBetweenShares(
  cents: number,
  leastBasisPoints: number,
  mostBasisPoints: number,
): { least: number; most: number } {
  return {
    least: Math.ceil((cents * leastBasisPoints) / BASIS_POINTS),
    most: Math.floor((cents * mostBasisPoints) / BASIS_POINTS),
  };
}
