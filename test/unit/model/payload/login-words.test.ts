import { describe, expect, it } from 'vitest';
import { LOGIN } from '../../../../lib/model/payload/login-words.ts';
import { answers, asks, describePairs, saidFeatures } from './said-features.ts';

describePairs('features of logins', LOGIN, {
  sshBanners: [{ ...asks('SSH-2.0-OpenSSH_9.6\r\n'), ...answers('SSH-2.0-x\r\n') }, asks('ssh 2\r\n'), 2],
  sshLibrary: [asks('SSH-2.0-libssh2_1.11\r\n'), asks('SSH-2.0-OpenSSH_9.6\r\n')],
  ftpLogin: [asks('USER a\r\n'), asks('USERS a\r\n')],
  ftpAnonymous: [asks('USER anonymous\r\n'), asks('USER anna\r\n')],
  loginRefused: [answers('530 Login incorrect.\r\n'), answers('230 Logged in, 530 files.\r\n')],
  mailGreeting: [answers('220 mx ESMTP\r\n'), answers('2200 mx\r\n')],
  mailServer: [answers('* OK IMAP4rev1\r\n'), answers('220 files\r\n')],
  loginPrompt: [answers('router login: '), answers('HTTP/1.1 200 OK\r\n\r\nlogin: ')],
});

describe('a refused login', () => {
  it.each(['-ERR no\r\n', 'a1 NO LOGIN failed\r\n', 'Access denied\r\n', '535 5.7.8 Bad\r\n', 'hi\r\n430 no\r\n'])(
    'is %j',
    (said) => {
      expect(saidFeatures(answers(said))['loginRefused']).toBe(1);
    },
  );

  it.each(['there are 5 no more\r\n', 'a1 OK done\r\n', '250 SIZE 530\r\n'])('is not %j', (said) => {
    expect(saidFeatures(answers(said))['loginRefused']).toBe(0);
  });
});
