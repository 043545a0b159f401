/** What a receipt may be asked for, and the cursor with which it goes on. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import type { AsOf } from '@ticketrail/pipeline';
import { Problem } from '@ticketrail/runtime';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { LocationQuery, parseAt } from './queries.js';

export class ReceiptQuery extends LocationQuery {
  @ApiPropertyOptional({ description: 'The item, for the report `items`.' })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  item_id?: string;

  @ApiPropertyOptional({
    description:
      'What was known then: a log time in ISO 8601 or epoch milliseconds, or positions by partition as answers carry ' +
      'them in `as_of`, such as 0:1204,3:977.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(8_000)
  as_of?: string;

  @ApiPropertyOptional({
    description: '`next_cursor` of the page before: goes on with the events as of the same moment.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(16_000)
  cursor?: string;
}

const POSITIONS = /^\d{1,3}:\d{1,16}(,\d{1,3}:\d{1,16})*$/;

/** Throws Problem for what is neither a time nor positions. */
export function parseAsOf(text: string | undefined): AsOf {
  if (text === undefined) return {};
  if (POSITIONS.test(text)) {
    const pairs = text.split(',').map((pair) => pair.split(':').map(Number) as [number, number]);
    return { positions: new Map(pairs) };
  }
  const logTime = parseAt(text);
  if (logTime === undefined) {
    throw new Problem(
      'bad_request',
      'as_of must be a time in ISO 8601 or epoch milliseconds, or positions such as 0:1204,3:977',
    );
  }
  return { logTime };
}

/** Where a page of events begins, and what moment the receipt is of. */
export interface Cursor {
  readonly offset: number;
  readonly asOf: AsOf;
}

export function cursorOf(offset: number, { logTime, positions }: AsOf): string {
  const pairs = [...(positions ?? [])].map((pair) => pair.join(':')).join(',');
  return `${offset}~${pairs}~${logTime ?? ''}`;
}

/** Throws Problem for what `cursorOf` did not make. */
export function parseCursor(text: string): Cursor {
  const [, offset, pairs, logTime] = /^(\d{1,9})~([\d:,]*)~(\d{0,16})$/.exec(text) ?? [];
  if (offset === undefined || (pairs !== '' && !POSITIONS.test(pairs!))) {
    throw new Problem('bad_request', 'cursor must be the next_cursor of the page before');
  }
  return {
    offset: Number(offset),
    asOf: { ...(pairs === '' ? {} : parseAsOf(pairs)), ...(logTime === '' ? {} : { logTime: Number(logTime) }) },
  };
}
