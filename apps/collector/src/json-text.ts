/** Looks at JSON as text, without making values of it. */

/** Nesting up to this depth can be written again as part of anything, without fear for the stack. */
const DEPTH_SAFE = 500;

/** Whether the text may nest more deeply than is safe. Brackets within strings count too, so it may err towards yes. */
export function mayNestDeeply(text: string): boolean {
  // Nesting needs a bracket to open and one to close for each level.
  if (text.length <= 2 * DEPTH_SAFE) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === OPEN_BRACKET || unit === OPEN_BRACE) {
      if (++depth > DEPTH_SAFE) return true;
    } else if (unit === CLOSE_BRACKET || unit === CLOSE_BRACE) {
      depth--;
    }
  }
  return false;
}

/** The elements of a JSON array, each as it is written. The text must be a valid JSON array. */
export function splitElements(text: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        if (++depth === 1) start = i + 1;
        break;
      case COMMA:
        if (depth === 1) {
          elements.push(text.slice(start, i).trim());
          start = i + 1;
        }
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        if (--depth === 0) {
          const last = text.slice(start, i).trim();
          if (last !== '') elements.push(last);
          return elements;
        }
        break;
      default:
    }
  }
  return elements;
}

/** Index of the quote that ends the string which begins at `begin`. */
function endOfString(text: string, begin: number): number {
  for (let i = begin + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) return i;
    if (unit === BACKSLASH) i++;
  }
  return text.length;
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
