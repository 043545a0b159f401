export {};
//# sourceMappingURL=books.test.d.ts.map