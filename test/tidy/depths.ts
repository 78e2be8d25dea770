import { codeView, lineAt } from './code-view.ts';
import type { ProjectFile } from './project-files.ts';

/** Conditions, loops and the like within each other, in one function. */
const depthMax = 3;

/** What a brace opens. */
type Block = 'function' | 'control' | 'other';

/** The places where blocks of one function are nested deeper than that. */
export function depthFaults({ path, text }: ProjectFile): string[] {
  const { code } = codeView(text);
  const open: Block[] = [];
  const faults: string[] = [];
  for (const { 0: brace, index } of code.matchAll(/[{}]/g)) {
    if (brace === '}') {
      open.pop();
      continue;
    }
    open.push(blockBehind(code.slice(0, index).trimEnd()));
    const inFunction = open.slice(open.lastIndexOf('function') + 1);
    const depth = inFunction.filter((block) => block === 'control').length;
    if (open.at(-1) !== 'control' || depth <= depthMax) continue;
    faults.push(`${path}:${lineAt(code, index)}: nested ${depth} deep, more than ${depthMax}`);
  }
  return faults;
}

/** What a brace opens that stands behind some code. */
function blockBehind(code: string): Block {
  if (code.endsWith('=>')) return 'function';
  if (/\b(?:else|try|do|finally)$/.test(code)) return 'control';
  if (!code.endsWith(')')) return 'other';
  const head = code.slice(0, openingOf(code)).trimEnd();
  return /\b(?:if|for|while|switch|catch|await)$/.test(head) ? 'control' : 'function';
}

/** Where the parenthesis opens that the last character closes. */
function openingOf(code: string): number {
  let closed = 0;
  for (let at = code.length - 1; at >= 0; at--) {
    if (code[at] === ')') closed++;
    else if (code[at] === '(' && --closed === 0) return at;
  }
  return 0;
}
