export {};
//# sourceMappingURL=import-tool.test.d.ts.map