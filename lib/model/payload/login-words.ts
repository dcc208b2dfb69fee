// model: what is said at the door: greetings and logins of SSH, FTP, mail and terminals.

import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadView } from './payload-view.ts';

/** FTP and SMTP, POP3, terminals, and IMAP behind its tag (RFC 9051 §7.1.2). */
const REFUSED =
  /(?:^|\n)(?:530|535|430)[ -]|(?:^|\n)-err|login incorrect|authentication failed|access denied|invalid (?:login|password)|login failed|(?:^|\n)[a-z]{0,6}\d{1,6} no /;
const FTP_LOGIN = /(?:^|\n)(?:user|pass) /;
const ANONYMOUS = /(?:^|\n)user (?:anonymous|ftp)\b/;
const GREETING = /^220[ -]/;
const MAIL = /^(?:220[ -].{0,120}(?:smtp|mail)|\+ok|\* ok)/;
const PROMPT = /(?:login|password):|username: ?$/;
/** Clients that people do not type into (a library, not OpenSSH or PuTTY). */
const SSH_LIBRARY = /^ssh-\d\.\d+-(?!openssh|putty|winscp|securecrt|cisco|dropbear|teraterm|bitvise)/;

function read(view: PayloadView): PayloadView | undefined {
  return view.source.firstText === '' && view.destination.firstText === '' ? undefined : view;
}

/** All 0 where neither side says such words. */
export const LOGIN = payloadFeatures<PayloadView>(read, {
  /** How many of the two sides say one (RFC 4253 §4.2). */
  sshBanners: ({ source, destination }) =>
    flag(source.firstText.startsWith('ssh-')) + flag(destination.firstText.startsWith('ssh-')),
  sshLibrary: ({ source }) => flag(SSH_LIBRARY.test(source.firstText)),
  ftpLogin: ({ source }) => flag(FTP_LOGIN.test(source.text)),
  ftpAnonymous: ({ source }) => flag(ANONYMOUS.test(source.text)),
  loginRefused: ({ destination }) => flag(REFUSED.test(destination.text)),
  /** FTP's and SMTP's alike (RFC 959 §5.4, RFC 5321 §4.2). */
  mailGreeting: ({ destination }) => flag(GREETING.test(destination.firstText)),
  mailServer: ({ destination }) => flag(MAIL.test(destination.firstText)),
  loginPrompt: ({ destination }) => flag(PROMPT.test(destination.text) && !destination.firstText.startsWith('http/')),
});
