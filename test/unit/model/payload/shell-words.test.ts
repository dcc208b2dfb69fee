import { describe, expect, it } from 'vitest';
import { SHELL } from '../../../../lib/model/payload/shell-words.ts';
import { answers, asks, describePairs, request, saidFeatures } from './said-features.ts';

describePairs('features of shells', SHELL, {
  shellWords: [
    { ...asks('id; cat /etc/passwd\n'), ...answers('uid=0(root) gid=0(root)\nroot:x:0:0:root\n') },
    request('GET /?q=whoami'),
    3,
  ],
  shellBanner: [
    answers('Microsoft Windows [Version 10.0.19045]\r\n'),
    answers('Welcome to Microsoft Windows help\r\n'),
  ],
  ircWords: [asks('NICK bot1\r\nUSER a b c :d\r\n'), asks('EHLO circ.example\r\n')],
});

describe('a word of a shell', () => {
  it.each([
    ['Microsoft Windows [Version 10.0]\r\n', 1],
    ['uid=33(www-data)\n', 1],
    ['exec /bin/bash -i\n', 1],
    ['/bin/busybox MIRAI\n', 1],
    ['ipconfig /all\n', 1],
    ['wget -O - http://h/a\n', 1],
    [' Directory of C:\\Users\n', 1],
    ['bash: x: command not found\n', 1],
    ['chmod 777 a; rm -rf b\n', 1],
    ['EHLO mail.example\r\n', 0],
    ['250 shell of a nut\r\n', 0],
    ['RETR directory of members.txt\r\n', 0],
  ])('in %j is counted %d times', (said, value) => {
    expect(saidFeatures(asks(said))['shellWords']).toBe(value);
  });
});
