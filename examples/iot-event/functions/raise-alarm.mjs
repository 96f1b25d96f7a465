export async function handler({ device, celsius }) {
  return { alarmId: `${device}@${celsius}`, notified: ['on-call'] };
}
