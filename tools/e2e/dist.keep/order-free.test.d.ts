export {};
//# sourceMappingURL=order-free.test.d.ts.map