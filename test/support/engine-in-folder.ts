// Support: the embedded search engine in this process, over files of its own: asked by its routes, closed and opened again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeEngine, type Engine, openEngine } from '../../local/opensearch/engine.ts';
import { bulk } from '../../local/opensearch/http/bulk.ts';
import { route } from '../../local/opensearch/http/routes.ts';

export class EngineInFolder {
  readonly file: string;
  private readonly folder: string;
  private opened: Engine | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.file = join(folder, 'index.duckdb');
  }

  static async open(): Promise<EngineInFolder> {
    const one = new EngineInFolder(mkdtempSync(join(tmpdir(), 'engine-in-folder-')));
    await one.open();
    return one;
  }

  get engine(): Engine {
    if (this.opened === undefined) throw new Error('the engine is closed');
    return this.opened;
  }

  async open(): Promise<void> {
    this.opened = await openEngine({ file: this.file, memoryLimitMiB: 128, threads: 2 });
  }

  async close(): Promise<void> {
    const { engine } = this;
    this.opened = undefined;
    await closeEngine(engine);
  }

  async reopen(): Promise<void> {
    await this.close();
    await this.open();
  }

  /** The body of the answer. */
  async send(method: string, path: readonly string[], body?: unknown): Promise<Readonly<Record<string, unknown>>> {
    const answer = await route(this.engine, {
      ...{ method, path, parameters: new Map() },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    });
    return answer.body as Readonly<Record<string, unknown>>; // every route that these tests ask answers with an object
  }

  /** Documents by their ids. */
  async write(index: string, documents: Iterable<readonly [string, unknown]>): Promise<void> {
    const lines: string[] = [];
    for (const [id, document] of documents)
      lines.push(JSON.stringify({ index: { _index: index, _id: id } }), JSON.stringify(document));
    const { errors } = await bulk(this.engine.writer, Buffer.from(`${lines.join('\n')}\n`), undefined, false);
    if (errors !== false) throw new Error('the engine refused documents');
  }

  async remove(): Promise<void> {
    if (this.opened !== undefined) await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
