// generate: somebody at a shell over a bare TCP connection, listening or calling back: prompts, commands, long pauses.

import { createProse } from '../app/http-message.ts';
import { end, pickEnding, say } from '../app/turns.ts';
import type { Random } from '../random.ts';
import type { Side, Turn } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import { backdoorSessions } from './backdoor-sessions.ts';
import { drawRate, type PlanBehaviour } from './behaviour.ts';

const commands = [
  'id',
  'whoami',
  'uname -a',
  'ls -la',
  'pwd',
  'cat /etc/passwd',
  'ps aux',
  'netstat -an',
  'ipconfig /all',
  'dir',
  'cd ..',
  'net user',
  'tasklist',
  'w',
  'systeminfo',
  'history',
  'exit',
] as const;
const prompts = [
  '$ ',
  '# ',
  'C:\\Windows\\system32>',
  'sh-4.2# ',
  'bash: no job control in this shell\nroot@host:~# ',
  '',
] as const;

/** `operator`: the end where a person types. */
export function* shellTurns(operator: Side, lines: number, random: Random): Generator<Turn> {
  const shell: Side = operator === 'client' ? 'server' : 'client';
  const prompt = random.pick(prompts);
  const byKey = random.chance(0.2);
  const masked = random.chance(0.3);
  const prose = createProse(random.fork('output'));
  const mask = random.integer(1, 255);
  const text = (words: Uint8Array): Uint8Array => (masked ? words.map((byte) => byte ^ mask) : words);
  if (prompt !== '') yield say(shell, text(Buffer.from(prompt)), 30, random);
  for (let number = 0; number < lines; number++) {
    const command = Buffer.from(`${random.pick(commands)}\n`);
    const thinking = seconds(Math.min(60, random.around(2.5, 1.1)));
    if (byKey) {
      for (let at = 0; at < command.length; at++) {
        const waitNs = at === 0 ? thinking : milliseconds(random.around(130, 0.5));
        yield { kind: 'data', from: operator, bytes: text(command.subarray(at, at + 1)), waitNs };
        yield say(shell, text(command.subarray(at, at + 1)), 0.4, random);
      }
    } else {
      yield { kind: 'data', from: operator, bytes: text(command), waitNs: thinking };
    }
    const length = Math.min(20_000, Math.floor(random.around(180, 1.4)));
    const pieces = random.pick([1, 1, 2, 5]);
    for (let piece = 0; piece < pieces; piece++) {
      yield say(shell, text(prose(Math.max(1, Math.floor(length / pieces)))), 8, random);
    }
    if (prompt !== '') yield say(shell, text(Buffer.from(prompt)), 1, random);
  }
}

export const planBackdoorShell: PlanBehaviour = (context) => {
  const { random } = context;
  const reverse = random.chance(0.5);
  const serverPort = random.pick([
    4444,
    1337,
    31_337,
    12_345,
    6200,
    5555,
    8787,
    9999,
    1524,
    443,
    80,
    53,
    22,
    random.integer(1024, 65_000),
  ]);
  const ending = pickEnding(random);
  const lines = random.pick([2, 6, 15, 40]);
  // A called-back handler that is not there yet is tried again.
  const missed = random.pick([0, 0, 0.3, 0.7]);
  const beats = random.chance(0.25) ? drawRate(random, 1, 30) : undefined;
  const turns = function* (chance: Random): Generator<Turn> {
    yield* shellTurns(reverse ? 'server' : 'client', Math.max(1, Math.round(chance.around(lines, 0.5))), chance);
    for (let beat = 0; beats !== undefined && beat < 12; beat++) {
      yield { kind: 'data', from: 'client', bytes: Uint8Array.of(10), waitNs: seconds(beats) };
      if (chance.chance(0.5)) yield say('server', Uint8Array.of(10), 1, chance);
    }
    yield* end(ending, 1500, chance);
  };
  return backdoorSessions(context, { reverse, serverPort, missed, median: 8, turns });
};
