// house: reads the classes that a pass over a capture is made of, so that no field is left out of what a checkpoint saves.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STATE_VERSION } from '../../../lib/checkpoint/checkpoint-manifest.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const ROOMS = ['capture', 'chunk', 'decode', 'flow'];

/** Classes and makers of objects that hold nothing from one batch to the next, or nothing that a result depends on. */
const WITHOUT_STATE: Readonly<Record<string, string>> = {
  BitReader: 'of one bzip2 block',
  ByteCursor: 'a packed dump is unpacked again, a plain one read on from an offset',
  Bzip2Expander: 'a packed dump is unpacked again',
  DecompressionGuard: 'a packed dump is unpacked again, and counted again',
  FlowRow: 'of one flow that ends, filled anew for each',
  HuffmanCode: 'of one bzip2 block',
  MemberStream: 'a packed dump is unpacked again',
  NativeDecoder: 'a packed dump is unpacked again',
  OutputQueue: 'emptied before a pass pauses',
  SmallSet: 'of one host window, cleared for each',
  WindowFigures: 'of one host window, filled anew for each',
};

/** Fields that need not be saved: what they are made with, caches, and what lasts for one record or batch. */
const NOT_SAVED: Readonly<Record<string, readonly string[]>> = {
  BlockPool: ['blockLength', 'maxBlocks', '#createPage'],
  ChunkBuilder: [
    ...['targetBytes', '#maxRecords', '#spillRows', '#maxBufferedRowBytes', '#interfaces'],
    ...['#place', '#touched', '#spareRows', 'outputs'],
  ],
  FlowCells: ['#pages'],
  FlowLifetime: ['#cells', '#idle', '#active', '#close', '#volumeBytes', '#volumeRecords'],
  FlowTable: ['#firstAddress', '#secondAddress', '#payload'],
  Hosts: ['#maxIdle'],
  HostWindows: ['#cells', '#figures'],
  KeyTable: ['maxSlots', '#multipliers'],
  PayloadHeads: ['#maxBlocks'],
  Reassembler: ['#key', '#maxDatagrams', '#maxBytes', '#maxAge'],
  RowBuffer: ['#block', '#blockRows', '#gathered'],
  SplitPass: ['#options', '#packet', '#row', '#isAdmitted'],
  StrayPackets: ['#cells'],
  StreamHeads: ['#joined'],
  VariableValues: ['position', '#create'],
  /** What is carried is read again; of a stream that is lost it is counted. */
  'capture-reader': ['carry', 'carried', 'isSilent'],
};

interface Stateful {
  readonly name: string;
  readonly file: string;
  readonly fields: readonly string[];
  /** The text of its `exchange`, if it has one. */
  readonly exchange: string | undefined;
}

function sources(): readonly string[] {
  return ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, 'lib', room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

/** The formatter's indentation says what belongs to what. */
function statefulOf(file: string): readonly Stateful[] {
  const text = readFileSync(file, 'utf8');
  const found: Stateful[] = [];
  for (const [body, name = ''] of text.matchAll(/^(?:export )?class (\w+)[\s\S]*?^}$/gm)) {
    const fields = [...body.matchAll(/^ {2}(?:readonly )?(#?\w+)\??(?:: | = )/gm)].map(([, field = '']) => field);
    found.push({ name, file, fields, exchange: /^ {2}async exchange\([\s\S]*?^ {2}}$/m.exec(body)?.[0] });
  }
  for (const [body] of text.matchAll(/^(?:export )?function create\w+\([\s\S]*?^}$/gm)) {
    const fields = [...body.matchAll(/^ {2}let (\w+)/gm)].map(([, field = '']) => field);
    const exchange = /^ {4}async exchange\([\s\S]*?^ {4}}/m.exec(body)?.[0];
    const name = file.replace(/^.*\/|\.ts$/g, '');
    if (fields.length > 0) found.push({ name, file, fields, exchange });
  }
  return found;
}

describe('a checkpoint', () => {
  const all = sources().flatMap(statefulOf);
  const saved = all.filter(({ exchange }) => exchange !== undefined);

  it('is made of every class that holds state from one batch of records to the next', () => {
    const others = all
      .filter(({ exchange, fields }) => exchange === undefined && fields.length > 0)
      .map(({ name, file }) => (name in WITHOUT_STATE ? name : `${relative(ROOT, file)}: ${name} has no exchange`));
    expect(others.toSorted()).toEqual(Object.keys(WITHOUT_STATE).toSorted());
    expect(saved.length).toBeGreaterThan(25);
  });

  it.each(saved.map((one) => [one.name, one] as const))(
    'saves every field of %s',
    (name, { fields, exchange = '' }) => {
      expect(fields.length).toBeGreaterThan(0);
      const missing = fields.filter((field) => !new RegExp(`(?<![\\w#])${field}\\b`).test(exchange));
      expect(missing.toSorted()).toEqual((NOT_SAVED[name] ?? []).filter((field) => missing.includes(field)).toSorted());
    },
  );

  it('has a new STATE_VERSION where something else is exchanged than before', () => {
    const texts = saved.map(({ name, exchange = '' }) => `${name} ${exchange.replaceAll(/\s+/g, ' ')}`);
    const shape = createHash('sha256').update(texts.toSorted().join('\n')).digest('hex').slice(0, 16);
    // Where this fails, a checkpoint of the last release would be read wrongly: raise the version, then note the shape.
    expect({ version: STATE_VERSION, shape }).toEqual({ version: 3, shape: '3ab238b66116741e' });
  });

  it('is not excused from a field that there is no more', () => {
    const known = new Map(saved.map(({ name, fields }) => [name, fields]));
    const stale = Object.entries(NOT_SAVED).flatMap(([name, fields]) =>
      fields.filter((field) => known.get(name)?.includes(field) !== true).map((field) => `${name}.${field}`),
    );
    expect(stale).toEqual([]);
  });
});
