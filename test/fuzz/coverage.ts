// fuzz: which of lib/'s source ran, from V8's own block coverage: no instrumented copy of the code, no native add-on.
import { type Profiler, Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';

const LIB = new URL('../../lib/', import.meta.url).href;

/** A script's source by offset: 1 where it has run. */
interface ScriptState {
  readonly executed: Uint8Array;
  readonly latest: Uint8Array;
}

export class Coverage {
  readonly #session = new Session();
  readonly #scripts = new Map<string, ScriptState>();
  /** Characters of source that ran. */
  executed = 0;

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Whether anything ran since the last call that had not before; remembered, but for a `peek`. */
  hasNew(peek = false): boolean {
    let isNew = false;
    for (const script of this.#take()) {
      if (script.url.startsWith(LIB)) isNew = this.#add(script, peek) || isNew;
    }
    return isNew;
  }

  #add({ url, functions }: Profiler.ScriptCoverage, peek: boolean): boolean {
    const { executed, latest } = this.#stateOf(fileURLToPath(url), functions);
    latest.fill(0);
    // Outer ranges come first; what lies inside has the last word.
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) latest.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    }
    let isNew = false;
    for (let at = 0; at < latest.length; at++) {
      if (latest[at] === 0 || executed[at] !== 0) continue;
      isNew = true;
      if (peek) return true;
      executed[at] = 1;
      this.executed++;
    }
    return isNew;
  }

  #stateOf(path: string, functions: readonly Profiler.FunctionCoverage[]): ScriptState {
    const known = this.#scripts.get(path);
    const length = Math.max(0, ...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)));
    if (known !== undefined && known.executed.length >= length) return known;
    const state = { executed: new Uint8Array(length), latest: new Uint8Array(length) };
    state.executed.set(known?.executed ?? []);
    this.#scripts.set(path, state);
    return state;
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      result = answer.result;
    });
    return result;
  }
}
