// generate: the steps of a conversation in few words: who says what after how long, and how it ends.
import { textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';
import type { Side, Turn } from '../tcp-session.ts';
import { milliseconds } from '../time.ts';

export function say(from: Side, what: Uint8Array | string, medianMs: number, random: Random): Turn {
  const bytes = typeof what === 'string' ? textBytes(what) : what;
  return { kind: 'data', from, bytes, waitNs: milliseconds(random.around(medianMs, 0.6)) };
}

export function line(from: Side, text: string, medianMs: number, random: Random): Turn {
  return say(from, `${text}\r\n`, medianMs, random);
}

/** Who ends a connection, and how; `none` leaves it open. */
export type Ending = 'client-fin' | 'server-fin' | 'client-rst' | 'server-rst' | 'client-fin-rst' | 'half' | 'none';

/** The habit of one program against one server: mostly an orderly end. */
export function pickEnding(random: Random): Ending {
  return random.pick([
    'client-fin',
    'client-fin',
    'client-fin',
    'server-fin',
    'server-fin',
    'client-rst',
    'client-fin-rst',
    'server-rst',
    'half',
    'none',
  ]);
}

export function* end(ending: Ending, medianMs: number, random: Random): Generator<Turn> {
  const waitNs = milliseconds(random.around(medianMs, 0.8));
  switch (ending) {
    case 'client-fin':
      yield { kind: 'close', from: 'client', how: 'fin', waitNs };
      return;
    case 'server-fin':
      yield { kind: 'close', from: 'server', how: 'fin', waitNs };
      return;
    case 'client-rst':
      yield { kind: 'close', from: 'client', how: 'rst', waitNs };
      return;
    case 'server-rst':
      yield { kind: 'close', from: 'server', how: 'rst', waitNs };
      return;
    case 'client-fin-rst':
      yield { kind: 'close', from: 'client', how: 'fin-rst', waitNs };
      return;
    case 'half':
      yield { kind: 'close', from: 'server', how: 'half', waitNs };
      return;
    case 'none':
      return;
  }
}
