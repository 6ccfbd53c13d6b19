#!/usr/bin/env node
import { run } from '@cumulus/cli';

process.exitCode = await run(process.argv.slice(2));
