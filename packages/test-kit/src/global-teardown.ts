import { server } from './global-setup.ts';

/** Stops the server of this test run. */
export default async function tearDown(): Promise<void> {
  await server?.stop();
}
