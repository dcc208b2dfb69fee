// model: what is said at the door: greetings and logins of SSH, FTP, mail and terminals.

import { flag, type PayloadFeatures, type PayloadView, writer } from './payload-view.ts';

const REFUSED =
  /(?:^|\n)(?:530|535|430)[ -]|(?:^|\n)-err|login incorrect|authentication failed|access denied|invalid (?:login|password)|login failed|\d no /;
const FTP_LOGIN = /(?:^|\n)(?:user|pass) /;
const ANONYMOUS = /(?:^|\n)user (?:anonymous|ftp)\b/;
const GREETING = /^220[ -]/;
const MAIL = /^(?:220[ -].{0,120}(?:smtp|mail)|\+ok|\* ok)/;
const PROMPT = /login: ?$|username: ?$|password: ?$|login:|password:/;

const names = [
  'sshBanners',
  'sshLibrary',
  'ftpLogin',
  'ftpAnonymous',
  'loginRefused',
  'mailGreeting',
  'mailServer',
  'loginPrompt',
];

/** Clients that people do not type into (a library, not OpenSSH or PuTTY). */
const SSH_LIBRARY = /^ssh-\d\.\d+-(?!openssh|putty|winscp|securecrt|cisco|dropbear|teraterm|bitvise)/;

function write({ source, destination }: PayloadView, out: Float32Array, at: number): void {
  const put = writer(out, at);
  const asked = source.firstText;
  const answered = destination.firstText;
  put(flag(asked.startsWith('ssh-')) + flag(answered.startsWith('ssh-')));
  put(flag(SSH_LIBRARY.test(asked)));
  put(flag(FTP_LOGIN.test(source.text)));
  put(flag(ANONYMOUS.test(source.text)));
  put(flag(REFUSED.test(destination.text)));
  put(flag(GREETING.test(answered)));
  put(flag(MAIL.test(answered)));
  put(flag(PROMPT.test(destination.text) && !answered.startsWith('http/')));
}

/** All 0 where neither side says such words. */
export const LOGIN: PayloadFeatures = { names, write };
