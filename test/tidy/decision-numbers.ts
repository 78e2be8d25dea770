import type { ProjectFile } from './project-files.ts';

/**
 * What is wrong with the numbers of decisions, a line each: a number that another file has, or a
 * heading that says another. Two people who decide at the same time take the same number.
 */
export function decisionNumberFaults(decisions: readonly ProjectFile[]): string[] {
  const taken = new Set<number>();
  return decisions.flatMap(({ path, text }) => {
    const number = Number(/\/(\d+)-[^/]+$/.exec(path)?.[1]);
    const heading = Number(/^# (\d+)\. /.exec(text)?.[1]);
    const faults: string[] = [];
    if (taken.has(number)) faults.push(`${path}: another decision has this number`);
    if (heading !== number) faults.push(`${path}: its heading must begin with "# ${number}. "`);
    taken.add(number);
    return faults;
  });
}
