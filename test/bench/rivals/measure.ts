// bench: a command's CPU seconds on one core (its own and its children's) and highest resident memory; wall time is the machine's affair.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measurement {
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  readonly output: string;
}

const TIMES = /^cpu (\d+[.,]\d+) (\d+[.,]\d+)$/m;
const POLL_MS = 20;

/** Memory of a process and of its children: bash, which takes the time, is itself small. */
function peakOf(pid: number): number {
  try {
    const own = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return Math.max(own, ...children.map((child) => peakOf(Number(child))));
  } catch {
    return 0;
  }
}

/** One core for all threads, so that nobody gains by having several; where there is no `taskset`, as it comes. */
const PIN = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : [];

/** @throws where the command fails. */
export function measure(command: readonly string[], timeoutMs = 900_000): Promise<Measurement> {
  const script = `TIMEFORMAT='cpu %3U %3S'; time "$@"`;
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script, 'measure', ...PIN, ...command], {
      timeout: timeoutMs,
      env: process.env,
    });
    let output = '';
    let errors = '';
    let peak = 0;
    const poll = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid ?? 0));
    }, POLL_MS);
    child.stdout.on('data', (bytes: Buffer) => {
      // `cat` prints the capture itself.
      if (output.length < 10_000) output += bytes.toString('latin1').slice(0, 10_000);
    });
    child.stderr.on('data', (bytes: Buffer) => {
      errors += bytes.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(poll);
      const times = TIMES.exec(errors);
      if (code !== 0 || times === null) {
        reject(new Error(`${command.join(' ')}: exit ${code}: ${errors.slice(-500)}`));
        return;
      }
      const cpuSeconds = times.slice(1).reduce((sum, text) => sum + Number(text.replace(',', '.')), 0);
      resolve({ cpuSeconds, peakMebibytes: peak / 1024, output });
    });
  });
}
