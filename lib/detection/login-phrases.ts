// detection: greetings and logins of SSH, FTP, mail and terminals, in words.

import { flag } from './flow-phrases.ts';
import type { Phrases } from './phrase.ts';

export const LOGIN_PHRASES: Phrases = {
  sshBanners: {
    text: (value) =>
      value > 1 ? 'SSH greetings both ways' : value > 0 ? 'SSH greeting of one side' : 'no SSH greeting',
  },
  sshLibrary: flag('SSH client that people do not type into', 'no SSH client that is a library'),
  ftpLogin: flag('FTP login commands', 'no FTP login commands'),
  ftpAnonymous: flag('FTP login without a name (anonymous)', 'no anonymous FTP login'),
  loginRefused: flag('login refused', 'no login refused'),
  mailGreeting: flag('server greets with code 220', 'server does not greet with code 220'),
  mailServer: flag('greeted by a mail server', 'not greeted by a mail server'),
  loginPrompt: flag('asked for a name or password', 'not asked for a name or password'),
};
