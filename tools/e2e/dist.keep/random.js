/**
 * A small seeded source of numbers (mulberry32), so that a file made twice is the same file and a failure can be repeated.
 * Written out here because the proof must not lean on what it proves, nor on what the product uses.
 */
export class Random {
    #state;
    constructor(seed) {
        this.#state = seed >>> 0;
    }
    /** At least 0, below 1. */
    fraction() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = this.#state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    }
    /** A whole number, both ends included. */
    between(low, high) {
        return low + Math.floor(this.fraction() * (high - low + 1));
    }
    chance(probability) {
        return this.fraction() < probability;
    }
    pick(choices) {
        const choice = choices[this.between(0, choices.length - 1)];
        if (choice === undefined)
            throw new Error('nothing to pick from');
        return choice;
    }
    /** A new array with the same elements in another order. */
    shuffled(elements) {
        const result = [...elements];
        for (let last = result.length - 1; last > 0; last--) {
            const other = this.between(0, last);
            [result[last], result[other]] = [result[other], result[last]];
        }
        return result;
    }
}
//# sourceMappingURL=random.js.map