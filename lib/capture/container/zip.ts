// capture: zip read from its front (APPNOTE 6.3.10): a stream has no end to begin at, and one cut short has no directory.
import { crc32 } from 'node:zlib';
import { ByteCursor, type StreamEnd } from '../byte-cursor.ts';
import type { CaptureNotes, CaptureWarning } from '../capture-notes.ts';
import { decodeBzip2 } from './bzip2.ts';
import { inflate } from './deflate.ts';
import { skipDescriptor } from './zip-descriptor.ts';
import {
  DIRECTORY_HEADERS,
  LOCAL_HEADER,
  LOCAL_HEADER_LENGTH,
  type LocalHeader,
  readLocalHeader,
  readTailLength,
  SPLIT_MARKS,
} from './zip-header.ts';
import { readUntilDescriptor } from './zip-scan.ts';
import { decodeZstd } from './zstd.ts';

export type MemberProblem = Extract<CaptureWarning, `member-${string}`> | Exclude<StreamEnd, 'whole'>;

export interface ZipMember {
  readonly name: string;
  /** Why its bytes cannot be read. */
  readonly problem: MemberProblem | undefined;
  /** Its bytes, unpacked; to be read to the end, unless `isSkippable`. */
  read(): AsyncGenerator<Uint8Array, StreamEnd>;
  /** True where its length is known beforehand. */
  readonly isSkippable: boolean;
}

type Unpack = (input: ByteCursor, notes: CaptureNotes) => AsyncGenerator<Uint8Array, StreamEnd>;

const STORED = 0;
const UNPACKERS: ReadonlyMap<number, Unpack> = new Map<number, Unpack>([
  [8, inflate],
  [12, decodeBzip2],
  [93, decodeZstd],
]);
const METHOD_NAMES: Readonly<Record<number, string>> = { 9: 'Deflate64', 14: 'LZMA', 95: 'xz', 98: 'PPMd', 99: 'AES' };

/** Every member but folders, in the archive's order. Returns how the archive ended where no member has said so. */
export async function* readZipMembers(input: ByteCursor, notes: CaptureNotes): AsyncGenerator<ZipMember, StreamEnd> {
  if (SPLIT_MARKS.has(signatureOf(await input.peek(4)))) await input.skip(4);
  for (;;) {
    const header = await takeHeader(input);
    if (typeof header === 'string') return header;
    const member = new MemberStream(header, input, notes);
    if (!header.name.endsWith('/') || header.packedBytes > 0) yield member;
    const end = await member.finish();
    if (end === 'unknown') return 'whole';
    if (end !== 'whole') return end;
  }
}

function signatureOf(bytes: Uint8Array): number {
  return bytes.length < 4 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

async function takeHeader(input: ByteCursor): Promise<LocalHeader | StreamEnd> {
  const fixed = await input.take(LOCAL_HEADER_LENGTH);
  const signature = signatureOf(fixed);
  if (DIRECTORY_HEADERS.has(signature)) return 'whole';
  if (signature !== LOCAL_HEADER) return fixed.length < 4 ? 'compressed-cut-short' : 'compressed-corrupt';
  if (fixed.length < LOCAL_HEADER_LENGTH) return 'compressed-cut-short';
  const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.length);
  const tailLength = readTailLength(view);
  const tail = await input.take(tailLength);
  return tail.length < tailLength ? 'compressed-cut-short' : readLocalHeader(view, tail);
}

class MemberStream implements ZipMember {
  readonly name: string;
  readonly problem: MemberProblem | undefined;
  readonly isSkippable: boolean;
  readonly #header: LocalHeader;
  readonly #input: ByteCursor;
  readonly #notes: CaptureNotes;
  readonly #start: number;
  #unpackedBytes = 0;
  #crc = 0;
  #end: StreamEnd | undefined;

  constructor(header: LocalHeader, input: ByteCursor, notes: CaptureNotes) {
    this.#header = header;
    this.#input = input;
    this.#notes = notes;
    this.#start = input.position;
    // A writer that wrote sizes in front as well as behind knew them.
    this.isSkippable = !header.hasDescriptor || header.packedBytes > 0;
    const isKnown = header.method === STORED || UNPACKERS.has(header.method);
    this.problem = header.isEncrypted ? 'member-encrypted' : isKnown ? undefined : 'member-method-unsupported';
    const method = METHOD_NAMES[header.method] ?? `method ${header.method}`;
    this.name = this.problem === 'member-method-unsupported' ? `${header.name} (${method})` : header.name;
  }

  async *read(): AsyncGenerator<Uint8Array, StreamEnd> {
    const pieces = this.#unpack();
    let step = await pieces.next();
    for (; !step.done; step = await pieces.next()) {
      this.#crc = crc32(step.value, this.#crc);
      this.#unpackedBytes += step.value.length;
      yield step.value;
    }
    this.#end = step.value;
    if (step.value === 'whole' && !this.#header.hasDescriptor) this.#check(this.#header.crc);
    return step.value;
  }

  /** Stands behind the member, whatever was read of it. `unknown`: where that is cannot be told, and was said already. */
  async finish(): Promise<StreamEnd | 'unknown'> {
    const { hasDescriptor, packedBytes } = this.#header;
    if (this.isSkippable) {
      const left = this.#start + packedBytes - this.#input.position;
      if ((await this.#input.skip(left)) < left) return this.#isToldCutShort() ? 'unknown' : 'compressed-cut-short';
    } else if (this.#end === undefined) {
      const end = await this.#passOver();
      if (end !== 'whole') return end;
    } else if (this.#end !== 'whole') {
      return 'unknown';
    }
    return hasDescriptor ? this.#finishDescriptor() : 'whole';
  }

  #isToldCutShort(): boolean {
    return this.#end === 'compressed-cut-short';
  }

  /** Bytes nobody can read, of a length nobody told. */
  async #passOver(): Promise<StreamEnd> {
    const pieces = readUntilDescriptor(this.#input);
    let step = await pieces.next();
    while (!step.done) step = await pieces.next();
    return step.value;
  }

  async #finishDescriptor(): Promise<StreamEnd> {
    const isRead = this.#end === 'whole';
    const packedBytes = this.#input.position - this.#start;
    const unpackedBytes = isRead ? this.#unpackedBytes : undefined;
    const found = await skipDescriptor(this.#input, { packedBytes, unpackedBytes, crc: this.#crc });
    if (found === 'wrong-checksum' && isRead) this.#notes.warn('compressed-checksum-wrong');
    return found === 'none' ? 'compressed-corrupt' : 'whole';
  }

  #check(crc: number): void {
    if (crc !== this.#crc) this.#notes.warn('compressed-checksum-wrong');
  }

  #unpack(): AsyncGenerator<Uint8Array, StreamEnd> {
    const { method, packedBytes } = this.#header;
    const unpack = UNPACKERS.get(method);
    if (!this.isSkippable) return unpack?.(this.#input, this.#notes) ?? readUntilDescriptor(this.#input);
    if (unpack === undefined) return this.#readStored(packedBytes);
    return unpack(new ByteCursor(this.#input.read(packedBytes)), this.#notes);
  }

  async *#readStored(length: number): AsyncGenerator<Uint8Array, StreamEnd> {
    const start = this.#input.position;
    yield* this.#input.read(length);
    return this.#input.position - start < length ? 'compressed-cut-short' : 'whole';
  }
}
