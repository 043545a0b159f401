import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Dated } from '../contract.js';
import { span } from '../figures/format.js';
import { StandingBadges } from './standing-badges.js';

interface Props {
  /** Names the card's place in the grid and its test ids. */
  readonly name: string;
  readonly title: string;
  readonly report: Dated | undefined;
  /** What the figures are about, before the window's times. */
  readonly about: string;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One question and its answer. A card cannot be made without the report that dates it. */
export function Card({ name, title, report, about, tools, children }: Props) {
  const id = useId();
  return (
    <section class={`card card-${name}`} data-testid={`card-${name}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        <StandingBadges of={name} report={report} />
        <p class="muted card-about">
          {about}
          {report?.window ? ` · ${span(report.window)}` : ''}
        </p>
      </header>
      {tools && <div class="card-tools">{tools}</div>}
      <div class="card-body">{report ? children : <p class="empty">Waiting for the first figures</p>}</div>
    </section>
  );
}

/** Nothing to show, and what that means. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
