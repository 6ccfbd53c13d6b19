import { preview } from 'vite';

/** Serves the built site on this machine only: `vitepress preview` listens on all addresses. */
const server = await preview({
  root: import.meta.dirname,
  configFile: false,
  appType: 'mpa',
  build: { outDir: 'dist' },
  preview: { host: '127.0.0.1' },
});
server.printUrls();
