export {};
//# sourceMappingURL=wrong-input.test.d.ts.map