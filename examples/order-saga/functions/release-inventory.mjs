export async function handler({ reservationId }) {
  return { released: reservationId };
}
