/** The directory, which need not exist yet; TICKETRAIL_CACHE sets another. */
export function cacheDirectory(): string;
