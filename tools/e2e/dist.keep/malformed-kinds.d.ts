/**
 * Every kind of line that must be refused, as a change to a good one. An event is held as the JSON text of each field, so that
 * a kind can say things which no JSON writer would write.
 */
export type Fields = Readonly<Record<string, string>>;
export type SeedType = 'table_seated' | 'order_placed' | 'order_completed' | 'payment';
export interface MalformedKind {
    readonly name: string;
    /** The type of the good event that is spoilt. */
    readonly type: SeedType;
    readonly spoil: (fields: Fields) => string;
}
export declare function toLine(fields: Fields): string;
export declare const malformedKinds: {
    'not JSON': MalformedKind[];
    'wrong types': MalformedKind[];
    'missing fields': MalformedKind[];
    'negative or absurd amounts': MalformedKind[];
    'times outside the horizon': MalformedKind[];
    'control characters in ids': MalformedKind[];
    '__proto__ keys': MalformedKind[];
    'nesting bombs': MalformedKind[];
    'events that are too large': MalformedKind[];
};
//# sourceMappingURL=malformed-kinds.d.ts.map