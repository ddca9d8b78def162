/** The sound of a notification: two short tones, made here. */

const TONES = [
  { frequency: 660, at: 0 },
  { frequency: 880, at: 0.12 },
];
const LOUDNESS = 0.08;
const SECONDS = 0.22;

/** Silent until the person has used the page once: browsers want that. */
export function playTone() {
  const context = new AudioContext();
  for (const { frequency, at } of TONES) {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + at;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(LOUDNESS, start);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + SECONDS);
  }
  setTimeout(() => context.close(), 1000);
}
