import { defineConfig } from 'vite';

/** Where the monitor listens while the page is developed with `vite dashboards/web`. */
const monitor = 'http://127.0.0.1:8080';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Scripts and styles stay files, so that the page needs no exception from its content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': monitor, '/socket.io': { target: monitor, ws: true } },
  },
});
