import { join } from 'node:path';

/** The folders that hold tests, each at `test/**\/*.test.ts`. */
const projects = [
  'packages/dynamodb',
  'packages/models',
  'packages/cli',
  'packages/api',
  'packages/local',
  'packages/test-kit',
  'packages/demo',
  'test-e2e',
];

/** SWC only takes the types away: tests and sources stay ES modules, which Node runs with --experimental-vm-modules. */
const transform = {
  '\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
  ],
};

/** @type {import('jest').Config} */
export default {
  projects: projects.map((folder) => ({
    displayName: folder,
    rootDir: `./${folder}`,
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    testEnvironment: join(import.meta.dirname, 'packages/test-kit/dist/run/own-account.js'),
    extensionsToTreatAsEsm: ['.ts'],
    transform,
  })),
  // One server for the whole run. Built before, since jest reads these without the transform above.
  globalSetup: './packages/test-kit/dist/run/global-setup.js',
  globalTeardown: './packages/test-kit/dist/run/global-teardown.js',
  testSequencer: './packages/test-kit/dist/run/longest-first.js',
  // Tests talk to a real server and start real processes.
  testTimeout: 60_000,
  maxWorkers: 3,
};
