class GatewayTimeout extends Error {
  name = 'GatewayTimeout';
}

class CardDeclined extends Error {
  name = 'CardDeclined';
}

/** A payment gateway on a bad day: the first attempt times out. */
export async function handler({ orderId, card, amount, attempt }) {
  if (card === '0002') throw new CardDeclined(`card ending in ${card} was declined`);
  if (attempt === 0) throw new GatewayTimeout('no answer from the payment gateway');
  return { paymentId: `P-${orderId}`, amount };
}
