// generate: logins that are many and honest: after a restart, of a Windows domain, by mail programs.
import { ftpGreetings, ftpLine, ftpLogin } from '../app/ftp-turns.ts';
import { ldapEntry, ldapSearch } from '../app/ldap-message.ts';
import { loginRequest } from '../app/login-form.ts';
import { smb1Negotiate } from '../app/smb1-message.ts';
import {
  encodeSmb2,
  smb2Commands,
  smb2Negotiate,
  smb2NegotiateAnswer,
  smb2Nothing,
  smb2SessionSetup,
  smb2SessionSetupAnswer,
  smb2TreeConnect,
  smb2TreeConnectAnswer,
} from '../app/smb2-message.ts';
import { clientBanners, encodeEncrypted, serverBanners } from '../app/ssh-message.ts';
import { send, sshOpening, sshRefusedPassword } from '../app/ssh-turns.ts';
import { end, line, pickEnding, say } from '../app/turns.ts';
import { joinBytes } from '../bytes/text.ts';
import { pickPace } from '../pace.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { pickFrom } from '../shuffle.ts';
import { inOrder, tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { pickCampaign, webSeries } from '../web-series.ts';
import type { TwinContext } from './twin.ts';

/** Every host logs in once, within a minute or so, because something was restarted; a few mistype. */
export function massLogin(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const server = random.pick(network.servers);
  const kind = random.pick(['ssh', 'ftp', 'imap', 'pop', 'web'] as const);
  const count = Math.min(80, network.clients.length * random.pick([1, 1, 2, 3]));
  const gapNs = pickPace(random, 1e9 / random.around(1.5, 1));
  const mistakes = random.pick([0, 0.05, 0.2]);
  if (kind === 'web') {
    const perConnection = random.pick([1, 2]);
    const drawn = pickCampaign(
      server,
      server,
      { perSecond: 1, perConnection, thinkMs: 900, nature: 'browser' },
      random,
    );
    const client = (number: number) => network.clients[number % network.clients.length] ?? server;
    const page = random.pick(['/login', '/user/login', '/api/login', '/auth']);
    const form = random.pick(['form', 'form', 'json', 'basic'] as const);
    return webSeries(context, { ...drawn, client, gapNs, rotates: true }, count * perConnection, (number, chance) => {
      if (perConnection === 2 && number % 2 === 0) return { method: 'GET', target: page, answer: { status: 200 } };
      const attempt = loginRequest(form, page, ['username', 'password'], chance.text(7), chance.text(11), '');
      const answer = chance.chance(mistakes)
        ? { status: chance.pick([401, 200]) }
        : { status: chance.pick([302, 200]) };
      return { ...attempt, answer };
    });
  }
  const serverPort = { ssh: 22, ftp: 21, imap: 143, pop: 110 }[kind];
  const serverBanner = random.pick(serverBanners);
  const greeting = random.pick(ftpGreetings);
  return tcpSeries(context, count, gapNs, (number, chance) => ({
    client: network.clients[number % network.clients.length] ?? server,
    server,
    serverPort,
    turns:
      kind === 'ssh'
        ? sshLogin(serverBanner, mistakes, chance)
        : kind === 'ftp'
          ? ftpWork(greeting, mistakes, chance)
          : mailbox(kind, mistakes, chance),
  }));
}

function* sshLogin(serverBanner: string, mistakes: number, random: Random): Generator<Turn> {
  yield* sshOpening(
    { clientBanner: random.pick(clientBanners), serverBanner, clientBreadth: 1, rsaHostKey: false },
    random,
  );
  if (random.chance(mistakes)) yield* sshRefusedPassword(3000, random);
  yield send('client', encodeEncrypted(random.pick([84, 148, 372]), random), 5, random);
  yield send('server', encodeEncrypted(36, random), 20, random);
  yield send('client', encodeEncrypted(112, random), 1, random);
  yield send('server', encodeEncrypted(random.integer(52, 1600), random), 30, random);
  yield* end(random.pick(['client-fin', 'client-fin', 'none']), 4000, random);
}

function* ftpWork(greeting: string, mistakes: number, random: Random): Generator<Turn> {
  yield ftpLine('server', greeting, 2, random);
  const user = random.text(6);
  if (random.chance(mistakes)) yield* ftpLogin(user, random.text(9), false, random);
  yield* ftpLogin(user, random.text(9), true, random);
  for (const command of ['SYST', 'PWD', 'TYPE I', 'CWD /reports', 'SIZE daily.csv'].slice(0, random.integer(1, 5))) {
    yield ftpLine('client', command, 20, random);
    yield ftpLine(
      'server',
      random.pick([
        '215 UNIX Type: L8',
        '257 "/" is the current directory',
        '200 Switching to Binary mode.',
        '250 OK',
        '213 40182',
      ]),
      1,
      random,
    );
  }
  yield ftpLine('client', 'QUIT', 100, random);
  yield ftpLine('server', '221 Goodbye.', 1, random);
  yield* end('server-fin', 1, random);
}

function* mailbox(kind: 'imap' | 'pop', mistakes: number, random: Random): Generator<Turn> {
  const [user, secret] = [random.text(6), random.text(10)];
  const wrong = random.chance(mistakes) ? 2 : 1;
  yield line('server', kind === 'imap' ? '* OK IMAP4rev1 ready' : '+OK POP3 ready', 4, random);
  for (let attempt = 1; attempt <= wrong; attempt++) {
    const accepted = attempt === wrong;
    if (kind === 'imap') {
      yield line('client', `a${attempt} LOGIN ${user} ${secret}`, 3, random);
      yield line(
        'server',
        accepted ? `a${attempt} OK Logged in` : `a${attempt} NO [AUTHENTICATIONFAILED] Authentication failed.`,
        40,
        random,
      );
    } else {
      yield line('client', `USER ${user}`, 3, random);
      yield line('server', '+OK', 1, random);
      yield line('client', `PASS ${secret}`, 3, random);
      yield line('server', accepted ? '+OK Logged in.' : '-ERR [AUTH] Authentication failed.', 40, random);
    }
  }
  const messages = random.integer(0, 6);
  for (let number = 1; number <= messages; number++) {
    yield line('client', kind === 'imap' ? `b${number} FETCH ${number} BODY[]` : `RETR ${number}`, 20, random);
    yield line(
      'server',
      `From: ${random.text(6)}@mail.example\r\n\r\n${random.text(Math.floor(random.around(900, 1)))}\r\n.`,
      10,
      random,
    );
  }
  yield line('client', kind === 'imap' ? 'z LOGOUT' : 'QUIT', 50, random);
  yield* end(pickEnding(random), 10, random);
}

/** A mail server with much to do: many connections in, many out. */
export function mailServer(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const own = random.pick(network.servers);
  const inwards = random.pick([0.2, 0.5, 0.9]);
  const starts = random.chance(0.4);
  return tcpSeries(context, random.integer(15, 120), pickPace(random, 1e9 / random.around(1, 1)), (_, chance) => {
    const other = chance.pick(network.sites).host;
    const inside = chance.chance(inwards);
    return {
      client: inside ? other : own,
      server: inside ? own : other,
      serverPort: chance.pick([25, 25, 25, 587]),
      answer: chance.chance(0.05) ? chance.pick(['refuse', 'ignore'] as const) : 'accept',
      turns: delivery(starts, chance),
    };
  });
}

function* delivery(starts: boolean, random: Random): Generator<Turn> {
  yield line('server', '220 mail.example ESMTP Postfix', random.pick([2, 5000]), random);
  yield line('client', `EHLO ${random.text(6)}.example`, 10, random);
  yield line('server', '250-mail.example\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 STARTTLS', 2, random);
  if (starts) {
    yield line('client', 'STARTTLS', 1, random);
    yield line('server', '220 2.0.0 Ready to start TLS', 1, random);
    for (let round = 0; round < 3; round++) {
      yield say('client', random.bytes(random.integer(200, 900)), 2, random);
      yield say('server', random.bytes(random.integer(100, 2500)), 5, random);
    }
  } else {
    const refused = random.chance(0.15);
    yield line('client', `MAIL FROM:<${random.text(6)}@${random.text(5)}.example>`, 1, random);
    yield line('server', '250 2.1.0 Ok', 2, random);
    yield line('client', `RCPT TO:<${random.text(6)}@mail.example>`, 1, random);
    yield line('server', refused ? '550 5.1.1 User unknown' : '250 2.1.5 Ok', 4, random);
    if (!refused) {
      yield line('client', 'DATA', 1, random);
      yield line('server', '354 End data with <CR><LF>.<CR><LF>', 1, random);
      yield line(
        'client',
        `Subject: ${random.text(12)}\r\n\r\n${random.text(Math.min(20_000, Math.floor(random.around(1500, 1.2))))}\r\n.`,
        2,
        random,
      );
      yield line('server', '250 2.0.0 Ok: queued', 30, random);
    }
  }
  yield line('client', 'QUIT', 2, random);
  yield line('server', '221 2.0.0 Bye', 1, random);
  yield* end(pickEnding(random), 1, random);
}

/** What a workstation asks its domain for in the morning: tickets, directory, shares, the endpoint mapper. */
export function domainLogon(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const controller = random.pick(network.servers);
  const stations = Array.from({ length: random.integer(1, 12) }, () => pickFrom(network.clients, random));
  const spread = random.around(5e9, 1);
  return inOrder(
    ...stations.map((client, station) => {
      const startNs = context.startNs + Math.floor(station * spread);
      const own = { ...context, random: random.fork(`station ${station}`), startNs };
      const order = [88, 389, 88, 445, 135, 49_667, 389, 445].slice(0, random.integer(3, 8));
      return tcpSeries(own, order.length, pickPace(random, random.around(6e7, 0.7)), (number, chance) => {
        const serverPort = order[number] ?? 389;
        return { client, server: controller, serverPort, turns: logonTurns(serverPort, chance) };
      });
    }),
  );
}

function* logonTurns(port: number, random: Random): Generator<Turn> {
  switch (port) {
    case 88: {
      const tagged = (tag: number, length: number): Uint8Array => {
        const body = random.bytes(length);
        const whole = joinBytes([Uint8Array.of(tag, 0x82, length >>> 8, length & 0xff), body]);
        return joinBytes([Uint8Array.of(0, 0, whole.length >>> 8, whole.length & 0xff), whole]);
      };
      yield say('client', tagged(random.pick([0x6a, 0x6c]), random.integer(240, 1500)), 1, random);
      yield say('server', tagged(random.pick([0x6b, 0x6d, 0x7e]), random.integer(180, 1600)), 3, random);
      break;
    }
    case 389:
      for (let round = random.integer(1, 6); round > 0; round--) {
        yield say('client', ldapSearch(round), 3, random);
        yield say('server', ldapEntry(round, random.integer(200, 2500), random), 2, random);
      }
      break;
    case 445:
      yield* shareTurns(random);
      break;
    default:
      for (const kind of [11, 0, 0, 0].slice(0, random.integer(2, 4))) {
        yield say('client', rpc(kind, random.integer(56, 400), random), 1, random);
        yield say('server', rpc(kind === 11 ? 12 : 2, random.integer(44, 500), random), 2, random);
      }
  }
  yield* end(random.pick(['client-fin', 'client-fin', 'client-rst', 'none']), 300, random);
}

function* shareTurns(random: Random): Generator<Turn> {
  const { logoff, negotiate, sessionSetup, treeConnect, treeDisconnect } = smb2Commands;
  const session = random.integer(1, 0x7fff_ffff);
  const tree = random.integer(1, 9);
  let message = 0;
  const ask = (
    command: number,
    body: Uint8Array,
    over: { readonly session?: number; readonly tree?: number } = {},
  ): Turn => say('client', encodeSmb2({ command, answer: false, message, body, ...over }), 1.5, random);
  const tell = (
    command: number,
    body: Uint8Array,
    over: { readonly session?: number; readonly tree?: number; readonly status?: number } = {},
  ): Turn => say('server', encodeSmb2({ command, answer: true, message: message++, body, ...over }), 2, random);
  if (random.chance(0.4)) {
    yield say('client', smb1Negotiate(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???']), 1, random);
    yield tell(negotiate, smb2NegotiateAnswer(random));
  }
  yield ask(negotiate, smb2Negotiate(random));
  yield tell(negotiate, smb2NegotiateAnswer(random));
  if (random.chance(0.3)) {
    yield ask(sessionSetup, smb2SessionSetup(random.integer(40, 90), random));
    yield tell(sessionSetup, smb2SessionSetupAnswer(random.integer(150, 300), random), { status: 0xc0000016, session });
  }
  yield ask(sessionSetup, smb2SessionSetup(random.integer(200, 1600), random), { session });
  yield tell(sessionSetup, smb2SessionSetupAnswer(random.integer(10, 160), random), { session });
  for (const share of ['IPC$', 'SYSVOL', 'NETLOGON', 'home'].slice(0, random.integer(1, 4))) {
    yield ask(treeConnect, smb2TreeConnect(`\\\\dc01.example\\${share}`), { session });
    yield tell(treeConnect, smb2TreeConnectAnswer, { session, tree });
    yield ask(treeDisconnect, smb2Nothing, { session, tree });
    yield tell(treeDisconnect, smb2Nothing, { session, tree });
  }
  if (random.chance(0.5)) {
    yield ask(logoff, smb2Nothing, { session });
    yield tell(logoff, smb2Nothing, { session });
  }
}

function rpc(kind: number, length: number, random: Random): Uint8Array {
  return joinBytes([
    Uint8Array.of(5, 0, kind, 3, 16, 0, 0, 0, length & 0xff, length >>> 8, 0, 0, 1, 0, 0, 0),
    random.bytes(length - 16),
  ]);
}
