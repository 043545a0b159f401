// Where engines that are built or fetched once are kept, for every clone of this repository and every run.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @returns {string} the directory, which need not exist yet; TICKETRAIL_CACHE sets another */
export function cacheDirectory() {
  const { TICKETRAIL_CACHE, XDG_CACHE_HOME } = process.env;
  if (TICKETRAIL_CACHE) return TICKETRAIL_CACHE;
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'ticketrail');
}
