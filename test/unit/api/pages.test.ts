// web: what keeps text from a capture text: no page and no script of ours can make markup of a string.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const WEB = resolve(import.meta.dirname, '../../../web');
const files = readdirSync(WEB);
const scripts = files.filter((name) => name.endsWith('.js'));
const pages = files.filter((name) => name.endsWith('.html'));

function read(name: string): string {
  return readFileSync(join(WEB, name), 'utf8');
}

describe('the pages', () => {
  it.each(scripts)('%s makes no markup and no code of text', (name) => {
    expect(read(name)).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment/);
    expect(read(name)).not.toMatch(/\beval\(|new Function|DOMParser|setHTML|srcdoc|javascript:/);
  });

  it.each(pages)('%s has no inline script, style or handler, and loads nothing from elsewhere', (name) => {
    const page = read(name);
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    expect(page).not.toMatch(/<style|\bstyle=|\son\w+=/);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('reach every file they name', () => {
    const named = [...pages, ...scripts].flatMap((name) =>
      [...read(name).matchAll(/(?:src|href)="\/([\w.-]+)"|from '\.\/([\w.-]+)'/g)].map(([, a, b]) => a ?? b ?? ''),
    );
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(files).toContain(name);
  });
});
