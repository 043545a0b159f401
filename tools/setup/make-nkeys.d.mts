/**
 * Writes a seed for each service and `users.conf` into the directory, and answers what stands in the latter. `prefix` is the
 * installation's LOG_PREFIX.
 */
export function makeNkeys(directory: string, prefix?: string): string;
