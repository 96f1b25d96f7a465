/** Safe to run twice: a refund is known by its payment. */
export async function handler({ paymentId, amount }) {
  return { refundId: `F-${paymentId}`, amount };
}
