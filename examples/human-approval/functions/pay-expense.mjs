export async function handler({ requestId, amount, decision }) {
  return { requestId, paid: amount, approvedBy: decision.by };
}
