export interface MixedFileOptions {
    /** Time of the newest event, epoch milliseconds. The file covers the two hours before it. */
    readonly endsAt: number;
    readonly lines?: number;
    readonly places?: number;
    readonly seed?: number;
}
export interface LabelledLine {
    readonly text: string;
    /** What the maker meant by it. The recount decides by rules of its own, and a test compares the two. */
    readonly label: 'event' | 'copy' | 'malformed';
}
export declare function makeMixedFile(options: MixedFileOptions): string[];
export declare function makeLabelledFile(options: MixedFileOptions): LabelledLine[];
//# sourceMappingURL=make-mixed-file.d.ts.map