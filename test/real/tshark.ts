// real: what tshark says of a capture: one process a file, its answer kept in the cache by the file's and the question's hash.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APPLICATION_TSHARK_FIELDS } from './application-fields.ts';
import { type Conversation, parseConversations } from './conversations.ts';
import { PACKET_TSHARK_FIELDS } from './packet-fields.ts';
import { cacheFolder, tsharkVersion } from './tools.ts';
import { ROW_FIELDS, TsharkRow } from './tshark-row.ts';

const TIMEOUT_MS = 120_000;
const MAX_ANSWER_BYTES = 1024 ** 3;
/** Between the values of a field that occurs more than once: no text that tshark prints has it. */
const AGGREGATOR = '\x1f';

const PREFERENCES = [
  // Each fragment for itself: what it carries is compared with what we read of it.
  'ip.defragment:FALSE',
  'ipv6.defragment:FALSE',
  'tcp.reassemble_out_of_order:TRUE',
  // A message is shown when its header is whole.
  'http.desegment_body:FALSE',
];

const FIELDS = [...new Set([...ROW_FIELDS, ...PACKET_TSHARK_FIELDS, ...APPLICATION_TSHARK_FIELDS])];

const ARGUMENTS = [
  '-n',
  ...PREFERENCES.flatMap((preference) => ['-o', preference]),
  ...['--enable-protocol', 'communityid'],
  ...['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', `aggregator=${AGGREGATOR}`],
  ...FIELDS.flatMap((field) => ['-e', field]),
  ...['-z', 'conv,tcp', '-z', 'conv,udp'],
];

export interface TsharkAnswer {
  readonly rows: readonly TsharkRow[];
  readonly conversations: readonly Conversation[];
  /** What it said beside its answer: why the file, or the rest of it, could not be read. */
  readonly complaint: string;
}

interface Output {
  readonly complaint: string;
  readonly stdout: string;
}

const version = tsharkVersion();
const question = createHash('sha256').update(JSON.stringify(ARGUMENTS)).digest('hex').slice(0, 16);
const folder = join(cacheFolder, `tshark-${version}`, question);

export async function askTshark(path: string): Promise<TsharkAnswer> {
  return parseAnswer(await output(path));
}

/** Makes sure that the answer is in the cache. */
export async function prepareTsharkAnswer(path: string): Promise<void> {
  await output(path);
}

async function output(path: string): Promise<Output> {
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const cached = join(folder, `${digest}.txt`);
  const kept = await readFile(cached, 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    const end = kept.indexOf('\n');
    return { complaint: JSON.parse(kept.slice(0, end)), stdout: kept.slice(end + 1) };
  }
  const fresh = await run(path);
  await mkdir(folder, { recursive: true });
  const temporary = `${cached}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(fresh.complaint)}\n${fresh.stdout}`);
  await rename(temporary, cached);
  return fresh;
}

function run(path: string): Promise<Output> {
  return new Promise((resolve, reject) => {
    const options = {
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_ANSWER_BYTES,
      encoding: 'utf8',
      killSignal: 'SIGKILL',
    } as const;
    execFile('tshark', ['-r', path, ...ARGUMENTS], options, (error, stdout, stderr) => {
      if (error !== null && (error.killed === true || typeof error.code !== 'number')) {
        reject(new Error(`tshark on ${path}: ${error.signal ?? error.code ?? 'did not run'}`, { cause: error }));
        return;
      }
      const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Running as user'));
      resolve({ complaint: lines.join('\n'), stdout });
    });
  });
}

function parseAnswer({ complaint, stdout }: Output): TsharkAnswer {
  const rows: TsharkRow[] = [];
  const columns = new Map(FIELDS.map((field, at) => [field, at]));
  const others: string[] = [];
  for (const line of stdout.split('\n')) {
    // Rows begin with the frame's number and have as many columns as fields were asked for.
    const cells = line.split('\t');
    if (cells.length === FIELDS.length && /^\d+$/.test(cells[0] ?? ''))
      rows.push(new TsharkRow(columns, cells, AGGREGATOR));
    else others.push(line);
  }
  return { rows, conversations: parseConversations(others), complaint };
}
