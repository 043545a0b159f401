/** Writes a seed for each service and `users.conf` into the directory, and answers what stands in the latter. */
export function makeNkeys(directory: string): string;
