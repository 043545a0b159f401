/** What an event may hold at most. The schemas, the readers and the messages of rejections all take their numbers from here. */

/** Characters of an identifier: event, location, order, table, item and the like. */
export const ID_LENGTH_MAX = 128;
/** Characters of a name that people read. */
export const NAME_LENGTH_MAX = 200;
/** Characters of a payment method. */
export const WORD_LENGTH_MAX = 64;
/** Characters of a comment or a reason given for a void. */
export const COMMENT_LENGTH_MAX = 4_000;
/** Lines of one order. */
export const ITEMS_MAX = 200;
export const QUANTITY_MAX = 10_000;
export const PARTY_SIZE_MAX = 1_000;
export const KITCHEN_TIME_MAX_MINUTES = 1_440;
export const RATING_MAX = 5;
export const NPS_MAX = 10;
/** Objects and lists within each other, the event itself being the first. */
export const DEPTH_MAX = 16;
/** Fields and list elements in all, not counting the known fields of an order's lines. */
export const KEYS_MAX = 200;
/** Characters of one event as text. */
export const TEXT_LENGTH_MAX = 65_536;
/** Characters of the sender's input that a message may repeat. */
export const ECHO_LENGTH_MAX = 80;
