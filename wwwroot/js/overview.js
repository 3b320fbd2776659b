// Draws each chart from the numbers in its table.
import uPlot from '../lib/uplot/uPlot.esm.js';

const height = 220;
const dashes = [[], [6, 4], [2, 3]];
const colours = ['--accent', '--bad', '--busy'];

function draw(chart) {
  const rows = [...chart.querySelectorAll('tbody tr')];
  const names = rows.map(row => row.cells[0].textContent);
  const counts = colours.map((_, series) => rows.map(row => Number(row.cells[series + 1].dataset.count)));
  const picture = chart.querySelector('.chart-picture');
  const colour = name => getComputedStyle(chart).getPropertyValue(name).trim();
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui' };
  picture.replaceChildren();
  picture.hidden = false;
  chart.querySelector('.chart-keys').hidden = false;
  return new uPlot({
    width: picture.clientWidth,
    height,
    padding: [12, 32, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(4, high * 1.1)] } },
    axes: [
      { ...axis, values: (_, places) => places.map(place => names[place] ?? ''), incrs: [1, 2, 4, 6, 12], space: 72 },
      { ...axis, values: (_, places) => places.map(place => place.toLocaleString(document.documentElement.lang)), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000, 100000, 1000000], size: 56 },
    ],
    series: [{}, ...colours.map((name, series) => ({ stroke: colour(name), width: 2, dash: dashes[series], points: { show: false } }))],
  }, [names.map((_, place) => place), ...counts], picture);
}

for (const chart of document.querySelectorAll('.chart')) {
  let plot = draw(chart);
  new ResizeObserver(() => plot.setSize({ width: chart.querySelector('.chart-picture').clientWidth, height })).observe(chart);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    plot.destroy();
    plot = draw(chart);
  });
}
