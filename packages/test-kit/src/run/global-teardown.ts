import { server, services } from './global-setup.ts';

/** Stops what this test run shares. */
export default async function tearDown(): Promise<void> {
  await Promise.all([server?.stop(), services?.stop()]);
}
