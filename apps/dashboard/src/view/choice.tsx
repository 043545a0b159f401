interface Option<T extends string> {
  readonly value: T;
  readonly name: string;
}
interface Props<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly testId?: string;
}

/** A few alternatives side by side, of which one is on. */
export function Choice<T extends string>({ label, options, value, onChange, testId }: Props<T>) {
  return (
    <div class="choice" role="group" aria-label={label} data-testid={testId}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          data-value={option.value}
        >
          {option.name}
        </button>
      ))}
    </div>
  );
}
