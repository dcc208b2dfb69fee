// real: the differences of a run: those with a known reason counted by it, the others by class, with an example each.
import { KNOWN_DIFFERENCES, type PacketDifference } from './known-differences.ts';
import { KNOWN_RECORD_COUNTS, type RecordCounts } from './known-record-counts.ts';

const CLASSES_SHOWN = 80;

interface DifferenceClass {
  count: number;
  readonly files: Set<string>;
  readonly example: string;
}

export class DifferenceReport {
  packets = 0;
  unexplained = 0;
  readonly #known = new Map<string, number>();
  readonly #classes = new Map<string, DifferenceClass>();

  add(difference: PacketDifference): void {
    const known = KNOWN_DIFFERENCES.find(({ covers }) => covers(difference));
    if (known !== undefined) {
      this.#known.set(known.name, (this.#known.get(known.name) ?? 0) + 1);
      return;
    }
    const { file, field, theirs, ours, row, record } = difference;
    const isWord = field === 'layers' || field === 'tunnels';
    const kind = isWord ? `${field}: theirs ${theirs}, ours ${ours} (${record.reason})` : field;
    const example = `record ${record.number + 1}: theirs ${theirs}, ours ${ours}; ${record.linktype}, ${row.protocols.join(':')}`;
    this.#unexplained(kind, file, example);
  }

  countRecords(file: string, counts: RecordCounts): void {
    if (counts.rows.length === counts.ours) return;
    const known = KNOWN_RECORD_COUNTS.find(({ covers }) => covers({ file, ...counts }));
    if (known !== undefined) {
      this.#known.set(known.name, (this.#known.get(known.name) ?? 0) + 1);
      return;
    }
    const { rows, ours, complaint, error } = counts;
    const example = `theirs ${rows.length} (${complaint.slice(0, 160)}), ours ${ours} (${error?.message ?? 'no error'})`;
    this.#unexplained('number of records', file, example);
  }

  /** What to show where a capture's test fails. */
  examplesOf(file: string): string {
    const lines = [...this.#classes].filter(([, { files }]) => files.has(file));
    return lines.map(([kind, { example }]) => `${kind}: ${example}`).join('\n');
  }

  print(): void {
    console.log(`\n${this.packets} packets compared, ${this.unexplained} differences without a known reason`);
    for (const { name, reason } of [...KNOWN_DIFFERENCES, ...KNOWN_RECORD_COUNTS]) {
      console.log(`  ${String(this.#known.get(name) ?? 0).padStart(7)}  ${name}: ${reason}`);
    }
    const classes = [...this.#classes].sort(([, a], [, b]) => b.count - a.count);
    for (const [kind, { count, files, example }] of classes.slice(0, CLASSES_SHOWN)) {
      console.log(
        `  ${String(count).padStart(7)}  UNEXPLAINED ${kind}, in ${files.size} files; ${[...files][0]} ${example}`,
      );
    }
  }

  #unexplained(kind: string, file: string, example: string): void {
    this.unexplained++;
    const before = this.#classes.get(kind) ?? { count: 0, files: new Set<string>(), example };
    before.count++;
    before.files.add(file);
    this.#classes.set(kind, before);
  }
}
