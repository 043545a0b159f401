/** What may be asked with a report, checked by class-validator. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { HOUR_MS, parseSpan, parseTime } from '@ticketrail/core';
import { Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  registerDecorator,
  type ValidationOptions,
} from 'class-validator';

/** Rows an answer holds at most. */
export const LIMIT_MAX = 100_000;

/** Text that `parse` reads. */
export function IsParsedBy(
  parse: (text: string) => unknown,
  message: string,
  options?: ValidationOptions,
): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isParsedBy',
      target: target.constructor,
      propertyName: property as string,
      options: { message, ...options },
      validator: { validate: (value: unknown) => typeof value === 'string' && parse(value) !== undefined },
    });
}

/** ISO 8601, or epoch milliseconds. */
export function parseAt(text: string): number | undefined {
  return parseTime(/^\d+$/.test(text) ? Number(text) : text);
}

export class WindowQuery {
  @ApiPropertyOptional({ description: 'How long the window is: 5m, 30m, 1h, 24h, 7d.', example: '1h' })
  @IsOptional()
  @IsParsedBy(parseSpan, 'window must be a number of minutes, hours or days such as 5m, 1h or 7d, and at most 400d')
  window?: string;

  @ApiPropertyOptional({
    description: 'The window ends with the minute of this time; now by default. ISO 8601 or epoch milliseconds.',
  })
  @IsOptional()
  @IsParsedBy(parseAt, 'at must be a time in ISO 8601 or epoch milliseconds')
  at?: string;

  @ApiPropertyOptional({ description: 'csv: the rows as CSV, also for `Accept: text/csv`.', enum: ['json', 'csv'] })
  @IsOptional()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

export class ReportQuery extends WindowQuery {
  @ApiPropertyOptional({ description: `Rows at most, up to ${LIMIT_MAX}.` })
  @IsOptional()
  @Transform(({ value }) => Number(value))
  @IsInt()
  @Min(1)
  @Max(LIMIT_MAX)
  limit?: number;
}

export class LocationQuery extends ReportQuery {
  @ApiPropertyOptional({ description: 'Only this location.' })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  location_id?: string;
}

export class StreamQuery {
  @ApiPropertyOptional({ description: 'Topics, separated by commas; all by default.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  topics?: string;
}

/** The span asked for, or the report's own. */
export function spanOf(query: WindowQuery, fallback: string): number {
  return parseSpan(query.window ?? fallback) ?? HOUR_MS;
}
