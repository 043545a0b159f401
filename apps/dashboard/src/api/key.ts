/**
 * The API key of this tab. It comes by the address's fragment (`#key=…`), which browsers do not send to servers, or from a form, and is
 * kept for the session only.
 */
const STORED_AS = 'ticketrail.key';

/** The key in a fragment such as `#key=abc`, or undefined. */
export function keyInFragment(fragment: string): string | undefined {
  const key = new URLSearchParams(fragment.replace(/^#/, '')).get('key')?.trim();
  return key ? key : undefined;
}

/** Takes the key out of the address bar at once, so that it is neither bookmarked nor shown over a shoulder. */
export function takeKey(): string | undefined {
  const fromAddress = keyInFragment(location.hash);
  if (fromAddress) {
    history.replaceState(null, '', location.pathname + location.search);
    keepKey(fromAddress);
    return fromAddress;
  }
  return sessionStorage.getItem(STORED_AS) ?? undefined;
}

export function keepKey(key: string): void {
  sessionStorage.setItem(STORED_AS, key);
}

export function forgetKey(): void {
  sessionStorage.removeItem(STORED_AS);
}
