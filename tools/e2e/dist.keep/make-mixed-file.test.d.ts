export {};
//# sourceMappingURL=make-mixed-file.test.d.ts.map