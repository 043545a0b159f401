export {};
//# sourceMappingURL=recount.test.d.ts.map