import { UnreadableFormatError } from '../errors.ts';

/** A format that is recognized by its first bytes and not read, with what to do about it. */
interface ForeignFormat {
  readonly name: string;
  readonly magic: readonly number[];
  /** Where the magic stands; at the beginning unless given. */
  readonly at?: number;
  /** How a file is converted; `FILE` stands for it. */
  readonly convert: string;
}

const bytes = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

const UTF_8 = 'Convert it to UTF-8';

/** In the order in which they are looked for: UTF-32 begins like UTF-16. */
const FORMATS: readonly ForeignFormat[] = [
  { name: 'a zip archive', magic: bytes('PK\x03\x04'), convert: 'Unpack it: unzip FILE' },
  { name: 'an empty zip archive', magic: bytes('PK\x05\x06'), convert: 'There is nothing in it.' },
  { name: 'packed by bzip2', magic: bytes('BZh'), convert: 'Unpack it: bunzip2 FILE' },
  { name: 'packed by xz', magic: bytes('\xfd7zXZ\x00'), convert: 'Unpack it: unxz FILE' },
  { name: 'packed by lz4', magic: bytes('\x04\x22\x4d\x18'), convert: 'Unpack it: lz4 -dm FILE' },
  { name: 'packed by compress', magic: bytes('\x1f\x9d'), convert: 'Unpack it: uncompress FILE' },
  { name: 'packed by Snappy', magic: bytes('\xff\x06\x00\x00sNaPpY'), convert: 'Unpack it by a tool for Snappy.' },
  { name: 'a 7z archive', magic: bytes('7z\xbc\xaf\x27\x1c'), convert: 'Unpack it: 7z x FILE' },
  { name: 'a RAR archive', magic: bytes('Rar!\x1a\x07'), convert: 'Unpack it: unrar x FILE' },
  { name: 'a tar archive', magic: bytes('ustar'), at: 257, convert: 'Unpack it: tar -xf FILE' },
  { name: 'Apache Parquet', magic: bytes('PAR1'), convert: 'Convert it to a line of JSON for each item.' },
  { name: 'Apache Avro', magic: bytes('Obj\x01'), convert: 'Convert it to lines: avro-tools tojson FILE' },
  { name: 'Apache ORC', magic: bytes('ORC'), convert: 'Convert it to lines: orc-tools data FILE' },
  {
    name: 'an SQLite database',
    magic: bytes('SQLite format 3\x00'),
    convert: 'Convert it to a line of JSON for each item.',
  },
  {
    name: 'binary Amazon Ion',
    magic: bytes('\xe0\x01\x00\xea'),
    convert: 'Convert it to lines of Ion text: ion cat --format lines FILE',
  },
  { name: 'text in UTF-32', magic: bytes('\xff\xfe\x00\x00'), convert: `${UTF_8}: iconv -f UTF-32 -t UTF-8 FILE` },
  { name: 'text in UTF-32', magic: bytes('\x00\x00\xfe\xff'), convert: `${UTF_8}: iconv -f UTF-32 -t UTF-8 FILE` },
  { name: 'text in UTF-16', magic: bytes('\xff\xfe'), convert: `${UTF_8}: iconv -f UTF-16 -t UTF-8 FILE` },
  { name: 'text in UTF-16', magic: bytes('\xfe\xff'), convert: `${UTF_8}: iconv -f UTF-16 -t UTF-8 FILE` },
];

/**
 * Makes sure that a file is none of the formats that are known and not read.
 * @param head the file's first bytes, or the first of what is packed in it
 * @throws UnreadableFormatError with its name
 */
export function refuseForeignFormat(head: Buffer, file: string): void {
  const found = FORMATS.find(({ magic, at = 0 }) => {
    if (!magic.every((byte, index) => head[at + index] === byte)) return false;
    // A header of CSV may begin with the same letters: ORCID, for instance.
    return !magic.every(isPrintable) || head.subarray(0, TEXT_BYTES).some((byte) => byte < TAB);
  });
  if (found !== undefined) throw foreign(file, found.name, found.convert);
  const order = utf16Order(head);
  if (order !== undefined) {
    throw foreign(file, 'text in UTF-16, without a byte order mark', `${UTF_8}: iconv -f UTF-16${order} -t UTF-8 FILE`);
  }
}

/** Of so many bytes of a binary format some are no characters. */
const TEXT_BYTES = 4096;
const TAB = 0x09;

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

/** JSON begins with ASCII characters, of which UTF-16 has a zero byte each. */
function utf16Order(head: Buffer): 'LE' | 'BE' | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = head;
  if (head.length < 4) return undefined;
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return 'LE';
  return first === 0 && second !== 0 && third === 0 && fourth !== 0 ? 'BE' : undefined;
}

/** What is known and not read. @param convert how it is converted; `FILE` stands for the file */
export function foreign(file: string, format: string, convert: string): UnreadableFormatError {
  return new UnreadableFormatError(file, format, [
    'Nothing was written.',
    convert.replace('FILE', file.replaceAll('$', '$$$$')),
  ]);
}
