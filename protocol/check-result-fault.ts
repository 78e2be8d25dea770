import { textOf } from './byte-string.ts';
import { type CheckResult, nameBytesMax } from './check-result.ts';

/**
 * Why a result must not go to Nagios, or undefined when it may. Host and service
 * become fields of a line in the external command file, where `;` separates and
 * a newline ends: nothing there can be escaped, so such names are refused. So are names that are too long.
 */
export function checkResultFault({ host, service }: CheckResult): string | undefined {
  if (host === '') return 'the host name is empty';
  return nameFault('host name', host) ?? nameFault('service description', service ?? '');
}

function nameFault(field: string, name: string): string | undefined {
  if (name.length > nameBytesMax) return `the ${field} is longer than ${nameBytesMax} bytes`;
  const bad = /[\x00-\x1f\x7f;]/.exec(name)?.[0];
  if (bad === undefined) return undefined;
  const shown = bad === ';' ? "';'" : `control character 0x${hex(bad)}`;
  return `the ${field} holds a ${shown}: ${JSON.stringify(textOf(name).slice(0, 80))}`;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}
