import { finished, type Readable } from 'node:stream';

/**
 * The bytes of a response's body. `buffer` of node:stream/consumers makes a Blob of them first, which takes as long as all
 * the rest of reading a short answer.
 * @throws Error if the body ends before its end
 */
export function readBody(body: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    body.on('data', (piece: Buffer) => pieces.push(piece));
    finished(body, { writable: false }, (error) => {
      if (error) reject(error);
      else resolve(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces));
    });
  });
}
