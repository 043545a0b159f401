import { Membership } from '@ticketrail/pipeline';

/** Membership that remembers what each role of this process was told last, for what else depends on it. */
export class OwnedPartitions extends Membership {
  private readonly owned = new Map<string, readonly number[]>();

  constructor(private readonly membership: Membership) {
    super();
  }

  /** The partitions that `role` of this process runs now; none before it follows. */
  of(role: string): readonly number[] {
    return this.owned.get(role) ?? [];
  }

  override async follow(
    role: string,
    signal: AbortSignal,
    onChange: (partitions: readonly number[]) => void,
  ): Promise<void> {
    try {
      await this.membership.follow(role, signal, (partitions) => {
        this.owned.set(role, partitions);
        onChange(partitions);
      });
    } finally {
      this.owned.delete(role);
    }
  }
}
