/**
 * Until when an owner trusts its lease: pure arithmetic, by the owner's monotonic clock.
 *
 *   asked at t ──► trusted until t + term − margin ──► not trusted: no commit is sent, no effect leaves
 *
 * The store counts the term from when the request arrived, later than t: an owner stops before others may begin. The
 * margin covers what clocks gain on each other within a term, and an effect on its way out.
 */
const MARGIN_SHARE = 0.1;
/** A lease is renewed when this share of its term has passed: two renewals may fail before it runs out. */
const RENEWAL_SHARE = 0.3;

export interface LeaseTerm {
  readonly trustedUntil: number;
  readonly renewAt: number;
}

/** @param askedAt when the lease was asked for; @param termMs Infinity: it never ends. */
export function leaseTerm(askedAt: number, termMs: number): LeaseTerm {
  return { trustedUntil: askedAt + termMs * (1 - MARGIN_SHARE), renewAt: askedAt + termMs * RENEWAL_SHARE };
}
