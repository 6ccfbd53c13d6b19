import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

/** A file that the page at `/docs` loads. */
export interface PageFile {
  /** `api-reference.js` */
  readonly name: string;
  readonly contentType: string;
  /** Its contents, compressed by Brotli. */
  readonly compressed: Buffer;
  /** SHA-256 of its contents in hexadecimal, by which its address changes with it. */
  readonly digest: string;
}

const TYPES = { script: 'text/javascript; charset=UTF-8', style: 'text/css; charset=UTF-8' } as const;

/** The files of the page. */
export type PageFiles = { readonly [part in keyof typeof TYPES]: PageFile };

/** Beside a function for Lambda, or where those are in this package. */
const FOLDERS = ['./', '../../dist/lambda/bundle/'].map((folder) => new URL(folder, import.meta.url));

/** Reads the files of the page. @returns undefined where they are not installed, as in a zip file of a function alone */
export async function readPageFiles(): Promise<PageFiles | undefined> {
  const [script, style] = await Promise.all([
    readPageFile('api-reference.js', TYPES.script),
    readPageFile('api-reference.css', TYPES.style),
  ]);
  return script === undefined || style === undefined ? undefined : { script, style };
}

async function readPageFile(name: string, contentType: string): Promise<PageFile | undefined> {
  for (const folder of FOLDERS) {
    const compressed = await readFile(new URL(`${name}.br`, folder)).catch(() => undefined);
    if (compressed === undefined) continue;
    const contents = await promisify(brotliDecompress)(compressed);
    return { name, contentType, compressed, digest: createHash('sha256').update(contents).digest('hex') };
  }
  return undefined;
}
