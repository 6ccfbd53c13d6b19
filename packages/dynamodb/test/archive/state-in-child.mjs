// Writes the state of a table at a second, in a process of its own, and how much memory that took: node state-in-child.mjs OPTIONS
import { stateToFile } from '@cumulus/dynamodb/archive';

const { at, ...options } = JSON.parse(process.argv[2]);
const { items, changes } = await stateToFile({ ...options, at: new Date(at) });
process.stdout.write(JSON.stringify({ items, changes, maxRss: process.resourceUsage().maxRSS * 1024 }));
