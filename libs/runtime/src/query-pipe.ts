/** Checks what is asked, and remembers what it made of a query: those who watch figures ask the same again and again. */
import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';

/** Queries remembered at most, the latest ones, and how long one of them may be as JSON. */
const QUERIES_MAX = 1_000;
const CHARACTERS_MAX = 500;

/** A ValidationPipe for whose queries the same text is always as good or bad. What it makes of one must not be changed: it is frozen. */
@Injectable()
export class QueryPipe extends ValidationPipe {
  private readonly known = new Map<ArgumentMetadata['metatype'], Map<string, unknown>>();

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'query' || typeof value !== 'object') return super.transform(value, metadata);
    const text = JSON.stringify(value);
    const remembered = this.known.get(metadata.metatype)?.get(text);
    if (remembered !== undefined) return remembered;
    const query: unknown = Object.freeze(await super.transform(value, metadata));
    if (text.length <= CHARACTERS_MAX) this.remember(metadata.metatype, text, query);
    return query;
  }

  private remember(metatype: ArgumentMetadata['metatype'], text: string, query: unknown): void {
    let queries = this.known.get(metatype);
    if (queries === undefined) this.known.set(metatype, (queries = new Map()));
    queries.set(text, query);
    if (queries.size > QUERIES_MAX) queries.delete(queries.keys().next().value!);
  }
}
