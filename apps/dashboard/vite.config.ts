import { defineConfig } from 'vite';

// The page must run from any path under a strict Content-Security-Policy: relative addresses, nothing inlined, nothing fetched
// from elsewhere.
export default defineConfig({
  base: './',
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
});
