// sigma: plain values as YAML in block style; every text in quotes, as JSON and YAML both read them.

type Value = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value !== 'object';
}

function lines(value: Value, indent: string): readonly string[] {
  if (isScalar(value)) return [`${indent}${JSON.stringify(value)}`];
  if (Array.isArray(value)) {
    return value.flatMap((item: Value) => {
      const [first = '', ...rest] = lines(item, `${indent}  `);
      return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
    });
  }
  return Object.entries(value).flatMap(([key, member]) => {
    const name = PLAIN_KEY.test(key) ? key : JSON.stringify(key);
    if (isScalar(member)) return [`${indent}${name}: ${JSON.stringify(member)}`];
    return [`${indent}${name}:`, ...lines(member as Value, `${indent}  `)]; // whatever is no scalar is a list or an object
  });
}

export function yamlText(value: Value): string {
  return `${lines(value, '').join('\n')}\n`;
}
