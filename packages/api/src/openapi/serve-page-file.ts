import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGzip } from 'node:zlib';
import type { RequestContext } from '../http/http-api.ts';
import type { PageFile } from './page-files.ts';

/** For good: another release has another address. */
const FOR_GOOD = 'public, max-age=31536000, immutable';

/** Answers with a file of the page, in the best encoding that the client takes. */
export function servePageFile(context: RequestContext, file: PageFile): Response {
  const { compressed, contentType, digest } = file;
  const encoding = encodingFor(context.req.header('Accept-Encoding'));
  const etag = `"${digest.slice(0, 32)}-${encoding}"`;
  const headers = { 'Cache-Control': FOR_GOOD, ETag: etag, Vary: 'Accept-Encoding' };
  if (isKnown(context, etag)) return context.body(null, 304, headers);
  const described = { ...headers, 'Content-Type': contentType };
  if (encoding === 'br') {
    return context.body(new Uint8Array(compressed), 200, { ...described, 'Content-Encoding': 'br' });
  }
  const contents = Readable.from([compressed]).pipe(createBrotliDecompress());
  if (encoding === 'identity') return context.body(streamOf(contents), 200, described);
  return context.body(streamOf(contents.pipe(createGzip())), 200, { ...described, 'Content-Encoding': 'gzip' });
}

/** Whether the client has what has this tag. */
export function isKnown(context: RequestContext, etag: string): boolean {
  const known = context.req.header('If-None-Match')?.split(',') ?? [];
  // A server in between that compresses makes the tag a weak one.
  return known.some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

function streamOf(transform: Transform): ReadableStream<Uint8Array> {
  return Readable.toWeb(transform) as ReadableStream<Uint8Array>;
}

type Encoding = 'br' | 'gzip' | 'identity';

function encodingFor(accepted = ''): Encoding {
  const names = accepted.split(',').flatMap((part) => {
    const [name = '', ...parameters] = part.toLowerCase().split(';');
    return parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter)) ? [] : [name.trim()];
  });
  return (['br', 'gzip'] as const).find((encoding) => names.includes(encoding)) ?? 'identity';
}
