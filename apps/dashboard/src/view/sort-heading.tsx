import type { Sort } from '../figures/ordering.js';

interface Props<Row> {
  readonly sort: Sort<Row>;
  readonly onSort: (sort: Sort<Row>) => void;
  readonly by: keyof Row & string;
  readonly name: string;
  /** Text sorts from A, figures from the highest. */
  readonly text?: boolean;
  /** Left out where there is no room. */
  readonly wide?: boolean;
}

/** A column's heading that sorts by it; once more, the other way round. */
export function SortHeading<Row>({ sort, onSort, by, name, text = false, wide = false }: Props<Row>) {
  const active = sort.by === by;
  return (
    <th
      scope="col"
      class={`${text ? 'col-text' : 'col-figure'} ${wide ? 'col-wide' : ''}`}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        class="sort"
        onClick={() => onSort({ by, descending: active ? !sort.descending : !text })}
        data-testid={`sort-${by}`}
      >
        {name}
        <span aria-hidden="true" class="sort-mark">
          {active ? (sort.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}
