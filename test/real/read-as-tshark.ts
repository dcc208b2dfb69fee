// real: a capture as Wireshark's tools list it: time, lengths and link type of each packet, or how many there are.

import { execFile } from 'node:child_process';

const ARGUMENTS = [
  ...['-n', '-T', 'fields'],
  ...['frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.encap_type'].flatMap((field) => ['-e', field]),
];

export interface Listing {
  readonly lines: readonly string[];
  readonly complaint: string;
}

export function readAs(path: string): Promise<Listing> {
  const options = { timeout: 120_000, maxBuffer: 1024 ** 3, encoding: 'utf8', killSignal: 'SIGKILL' } as const;
  return new Promise((resolve, reject) => {
    execFile('tshark', ['-r', path, ...ARGUMENTS], options, (error, stdout, stderr) => {
      if (error !== null && (error.killed === true || typeof error.code !== 'number')) {
        reject(new Error(`tshark on ${path}: did not run`, { cause: error }));
        return;
      }
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({ lines, complaint: stderr });
    });
  });
}

/** capinfos' count: the same reading without dissecting. */
export function countPackets(path: string): Promise<number> {
  const options = { timeout: 60_000, encoding: 'utf8', killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    // It ends with an error where the file is cut, and counts all the same.
    execFile('capinfos', ['-c', '-M', '-T', '-r', path], options, (_error, stdout) => {
      resolve(Number(stdout.trim().split('\t').at(-1) || 0));
    });
  });
}
