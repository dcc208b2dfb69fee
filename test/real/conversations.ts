// real: the tables of `tshark -z conv`, and the same sums from our flows.

export interface Conversation {
  readonly transport: string;
  readonly a: string;
  readonly b: string;
  readonly packetsToA: number;
  readonly packetsToB: number;
}

const ROW = /^(\S+)\s+<-> (\S+)\s+(\d+) [\d,]+ \S+\s+(\d+) [\d,]+ \S+\s+(\d+) /;

export function parseConversations(lines: readonly string[]): readonly Conversation[] {
  let transport = '';
  return lines.flatMap((line) => {
    const title = /^(TCP|UDP) Conversations/.exec(line);
    if (title !== null) transport = (title[1] ?? '').toLowerCase();
    const row = ROW.exec(line);
    if (row === null) return [];
    const [, a = '', b = '', packetsToA, packetsToB] = row;
    return [{ transport, a, b, packetsToA: Number(packetsToA), packetsToB: Number(packetsToB) }];
  });
}
