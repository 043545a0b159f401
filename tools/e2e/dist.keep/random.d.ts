/**
 * A small seeded source of numbers (mulberry32), so that a file made twice is the same file and a failure can be repeated.
 * Written out here because the proof must not lean on what it proves, nor on what the product uses.
 */
export declare class Random {
    #private;
    constructor(seed: number);
    /** At least 0, below 1. */
    fraction(): number;
    /** A whole number, both ends included. */
    between(low: number, high: number): number;
    chance(probability: number): boolean;
    pick<Choice>(choices: readonly Choice[]): Choice;
    /** A new array with the same elements in another order. */
    shuffled<Element>(elements: readonly Element[]): Element[];
}
//# sourceMappingURL=random.d.ts.map