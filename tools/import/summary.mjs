const format = new Intl.NumberFormat('en-US');
const MESSAGE_CHARACTERS_MAX = 120;

/**
 * The result in a few lines.
 * @param {import('./outcome.mjs').Outcome} outcome
 * @param {number} seconds
 */
export function summary({ lines, accepted, rejected, retries, reasons }, seconds) {
  const rate = Math.round((accepted + rejected) / Math.max(seconds, 0.001));
  const rows = [
    ['lines', format.format(lines)],
    ['accepted', format.format(accepted)],
    ['rejected', format.format(rejected)],
    ['retries', format.format(retries)],
    ['seconds', seconds.toFixed(1)],
    ['events/s', format.format(rate)],
  ];
  const unanswered = lines - accepted - rejected;
  if (unanswered > 0) rows.splice(3, 0, ['unanswered', format.format(unanswered)]);
  const text = rows.map(([name, value]) => `${name.padEnd(12)}${value.padStart(14)}\n`).join('');
  return text + (rejected > 0 ? rejectedText(reasons) : '');
}

function rejectedText(reasons) {
  const rows = [...reasons].toSorted(([, one], [, other]) => other.count - one.count);
  const lines = rows.map(([reason, { count, lineNumbers, message }]) => {
    const numbers = lineNumbers.join(', ') + (count > lineNumbers.length ? ', …' : '');
    const said = String(message).replaceAll(/\s+/g, ' ').slice(0, MESSAGE_CHARACTERS_MAX);
    return `  ${reason}: ${format.format(count)} (line ${numbers})${said ? ` ${said}` : ''}\n`;
  });
  return `Rejected lines are kept by the server, with the reason, at /v1/rejections:\n${lines.join('')}`;
}
