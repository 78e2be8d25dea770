/** A point of the curve. */
export interface ScalingPoint {
  readonly rules: number;
  /** Lines a second of processor time. */
  readonly sec: number;
  readonly nagtail: number;
}

const width = 640;
const height = 400;
const margin = { left: 80, right: 100, top: 40, bottom: 50 };

/** The bounds of both axes, as powers of ten. */
const rulesTo = 3.5;
const speedFrom = 2;
const speedTo = 7;

/** A chart of lines a second by number of rules, both by powers of ten, as SVG. */
export function scalingChart(points: readonly ScalingPoint[]): string {
  const x = (rules: number) =>
    margin.left + (Math.log10(rules) / rulesTo) * (width - margin.left - margin.right);
  const y = (speed: number) => {
    const share = (Math.log10(speed) - speedFrom) / (speedTo - speedFrom);
    return height - margin.bottom - share * (height - margin.top - margin.bottom);
  };
  const curve = (name: string, colour: string, of: (point: ScalingPoint) => number) => {
    const places = points.map((point) => `${round(x(point.rules))},${round(y(of(point)))}`);
    const last = points.at(-1);
    if (last === undefined) return '';
    const [labelX, labelY] = [round(x(last.rules) + 10), round(y(of(last)) + 4)];
    const dots = places.map((place) => {
      const [left, top] = place.split(',');
      return `<circle cx="${left}" cy="${top}" r="3" fill="${colour}"/>`;
    });
    return `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>
${dots.join('\n')}
<text x="${labelX}" y="${labelY}" fill="${colour}" font-weight="bold">${name}</text>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="${margin.left}" y="22" font-size="15" fill="#222222">Log lines a second of one processor, by number of rules</text>
${horizontalLines(y)}
${rulesAxis(x, points)}
${curve('SEC', '#b3361d', ({ sec }) => sec)}
${curve('nagtail', '#1d5fb3', ({ nagtail }) => nagtail)}
</svg>
`;
}

function horizontalLines(y: (speed: number) => number): string {
  const names = ['100', '1,000', '10,000', '100,000', '1 million', '10 million'];
  return names
    .map((name, index) => {
      const at = round(y(10 ** (speedFrom + index)));
      return `<line x1="${margin.left}" y1="${at}" x2="${width - margin.right}" y2="${at}" stroke="#dddddd"/>
<text x="${margin.left - 8}" y="${round(at + 4)}" text-anchor="end" fill="#444444">${name}</text>`;
    })
    .join('\n');
}

function rulesAxis(x: (rules: number) => number, points: readonly ScalingPoint[]): string {
  const bottom = height - margin.bottom;
  const marks = points.map(
    ({ rules }) =>
      `<text x="${round(x(rules))}" y="${bottom + 20}" text-anchor="middle" fill="#444444">${rules.toLocaleString('en')}</text>`,
  );
  const middle = round((x(1) + x(10 ** rulesTo)) / 2);
  return `${marks.join('\n')}
<text x="${middle}" y="${bottom + 42}" text-anchor="middle" fill="#444444">rules</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
