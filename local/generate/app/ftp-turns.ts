// generate: the control connection of FTP, https://www.rfc-editor.org/rfc/rfc959.
import { textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';
import type { Turn } from '../tcp-session.ts';
import { send } from './ssh-turns.ts';

export const ftpGreetings = [
  '220 (vsFTPd 3.0.5)',
  '220 ProFTPD Server (Debian) [::ffff:192.0.2.10]',
  '220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------',
  '220 FileZilla Server 1.8.2',
  '220 Microsoft FTP Service',
] as const;

export function ftpLine(from: 'client' | 'server', text: string, medianMs: number, random: Random): Turn {
  return send(from, textBytes(`${text}\r\n`), medianMs, random);
}

/** USER, PASS and the verdict. */
export function* ftpLogin(user: string, password: string, accepted: boolean, random: Random): Generator<Turn> {
  yield ftpLine('client', `USER ${user}`, 1.2, random);
  yield ftpLine(
    'server',
    random.pick(['331 Please specify the password.', `331 Password required for ${user}`]),
    0.8,
    random,
  );
  yield ftpLine('client', `PASS ${password}`, 1, random);
  // Servers hold a wrong password back for a second or three; some answer at once.
  const delay = accepted ? 20 : random.pick([0.7, 900, 2600, 3000]);
  yield ftpLine('server', accepted ? '230 Login successful.' : '530 Login incorrect.', delay, random);
}
