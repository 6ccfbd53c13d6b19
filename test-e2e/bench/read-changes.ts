// Reads the changes of an archive once, unpacks and parses them. Its argument is the archive, a folder.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [archive = ''] = process.argv.slice(2);
const startedAt = performance.now();
let changes = 0;
const files = await readdir(archive, { recursive: true });
for (const name of files.filter((each) => each.endsWith('.changes.gz'))) {
  const [, ...lines] = gunzipSync(await readFile(join(archive, name)))
    .toString()
    .trimEnd()
    .split('\n');
  for (const line of lines) JSON.parse(line);
  changes += lines.length;
}
process.stdout.write(JSON.stringify({ changes, seconds: (performance.now() - startedAt) / 1000 }));
