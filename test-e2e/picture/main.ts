// Makes the pictures of the README again, of a new run.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enterEnvironment, serverEnvironment } from '@cumulus/local';
import { startTestDynamoDB } from '@cumulus/test-kit/servers';
import { say } from '../bench/say.ts';
import { draw } from './draw.ts';
import { recordStory, TERMINAL } from './record-story.ts';
import { screensOf } from './screens.ts';

const TITLE = 'A backup is killed and resumed, restored into a new table, and compared with it, item by item';
const GRANULES = 20_000;

// Browsers do not say to a picture whether motion is wanted, so the page chooses.
const PICTURES = [
  { file: 'docs/pictures/backup-and-restore.svg', isAnimated: true },
  { file: 'docs/pictures/backup-and-restore-still.svg', isAnimated: false },
];

const server = await startTestDynamoDB({ log: say });
enterEnvironment(serverEnvironment(server));
const folder = await mkdtemp(join(tmpdir(), 'cumulus-picture-'));
try {
  const screens = await screensOf(await recordStory(folder, GRANULES), TERMINAL);
  for (const { file, isAnimated } of PICTURES) {
    await writeFile(file, draw({ title: TITLE, screens, size: TERMINAL, isAnimated }));
    say(file);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
}
