import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heartbeat, splayOf } from '../../../../agent/pipeline/heartbeat.ts';
import { systemClock } from '../../../../platform/clock.ts';

/** A clock that a test sets. */
class ManualClock {
  readonly nowMs = systemClock.nowMs;
  readonly setTimer = systemClock.setTimer;
  #ms = 0;

  readonly monotonicMs = () => this.#ms;

  advance(ms: number): void {
    this.#ms += ms;
  }
}

test('hosts are spread over the range, and each has its own moment', () => {
  const counts = new Map<number, number>();
  for (let number = 0; number < 6_000; number++) {
    const splay = splayOf(`web${number}.example.com`, 60);
    counts.set(splay, (counts.get(splay) ?? 0) + 1);
  }
  assert.equal(counts.size, 60);
  for (const count of counts.values()) assert.ok(count > 50 && count < 150, String(count));
  assert.equal(splayOf('web01', 60), splayOf('web01', 60));
  assert.equal(splayOf('web01', 0), 0);
});

test('the first beat within a minute, then one each interval, and one after a pause', () => {
  const clock = new ManualClock();
  let beats = 0;
  const hostName = 'web01';
  const heart = new Heartbeat({ intervalS: 300, hostName, clock, beat: () => beats++ });
  const passSeconds = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      heart.beatIfDue();
    }
  };
  passSeconds(60);
  assert.equal(beats, 1);
  passSeconds(300);
  assert.equal(beats, 2);
  clock.advance(3_000_000);
  heart.beatIfDue();
  heart.beatIfDue();
  assert.equal(beats, 3);
});

test('no interval, no beats', () => {
  const clock = new ManualClock();
  const beat = () => assert.fail('it beats');
  const heart = new Heartbeat({ intervalS: 0, hostName: 'h', clock, beat });
  clock.advance(1_000_000);
  heart.beatIfDue();
});
