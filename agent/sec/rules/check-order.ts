/*
 * SEC checks the values of a rule in an order of its own, and tells only of the first that is
 * wrong. Observed for each two of them.
 */

const order = [
  ...['continue', 'continue2', 'ptype', 'pattern', 'ptype2', 'pattern2', 'varmap', 'varmap2'],
  ...['time', 'context', 'context2', 'shell', 'constset', 'action', 'action2'],
  ...['window', 'window2', 'thresh', 'thresh2'],
];

/** In an EventGroup rule all of these are checked for one event after the other... */
const ofEvent = ['continue', 'ptype', 'pattern', 'varmap', 'context', 'count', 'thresh', 'egtoken'];

/** ...and then these. */
const ofGroup = ['action', 'init', 'slide', 'end', 'window', 'multact', 'egptype', 'egpattern'];

/**
 * A number for a keyword: of two the one with the lower number is checked first.
 * @param isGroup it stands in an EventGroup rule
 */
export function checkOrder(keyword: string, isGroup: boolean): number {
  if (!isGroup) return order.indexOf(keyword);
  const [, base = '', event = ''] = /^(\D+)(\d*)$/.exec(keyword) ?? [];
  if (ofEvent.includes(base)) return Number(event || 1) * ofEvent.length + ofEvent.indexOf(base);
  return Number.MAX_SAFE_INTEGER - ofGroup.length + ofGroup.indexOf(base);
}
